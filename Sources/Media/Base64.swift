package import Wire

/// Base64 (RFC 4648, 4) without leniency: the standard alphabet, padding, no white space, unused bits 0. Thus two texts
/// never stand for the same bytes.
package enum Base64 {
  /// How many bytes a well-formed text stands for.
  static func decodedCount(_ text: some BidirectionalCollection<UInt8>) -> Int {
    text.count / 4 * 3 - text.suffix(2).count { $0 == pad }
  }

  /// The bytes that a text stands for; throws `invalid_input` where it is not base64.
  package static func decode(_ text: some Collection<UInt8>) throws(Unscored) -> [UInt8] {
    let bytes: Result<[UInt8], Unscored>? = text.withContiguousStorageIfAvailable { storage in
      do throws(Unscored) { return .success(try decode(storage)) } catch { return .failure(error) }
    }
    if let bytes { return try bytes.get() }
    return try decode(Array(text))
  }

  private static func decode(_ text: UnsafeBufferPointer<UInt8>) throws(Unscored) -> [UInt8] {
    guard text.count % 4 == 0 else {
      throw error("has \(text.count) characters, not a multiple of 4; it is cut short or lacks its '=' padding")
    }
    guard text.count > 0 else { return [] }
    let padding = text[text.count - 1] != pad ? 0 : text[text.count - 2] != pad ? 1 : 2
    let symbols = text.count - padding
    // Every group but a padded last one holds four symbols.
    let whole = symbols / 4 * 4
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    for at in stride(from: 0, to: whole, by: 4) {
      let a = values[Int(text[at])], b = values[Int(text[at + 1])]
      let c = values[Int(text[at + 2])], d = values[Int(text[at + 3])]
      if (a | b | c | d) & invalid != 0 { throw unexpected(in: text, from: at) }
      bytes.append(a << 2 | b >> 4)
      bytes.append(b << 4 | c >> 2)
      bytes.append(c << 6 | d)
    }
    if padding > 0 { bytes += try tail(text, from: whole, symbols: symbols - whole) }
    return bytes
  }

  /// The last group: two symbols for one byte, three for two.
  private static func tail(_ text: UnsafeBufferPointer<UInt8>, from at: Int, symbols: Int) throws(Unscored) -> [UInt8] {
    let a = values[Int(text[at])], b = values[Int(text[at + 1])], c = symbols == 3 ? values[Int(text[at + 2])] : 0
    if (a | b | c) & invalid != 0 { throw unexpected(in: text, from: at) }
    let unused = symbols == 3 ? c & 3 : b & 15
    guard unused == 0 else { throw error("ends in bits that belong to no byte; it is cut short or was changed") }
    return symbols == 3 ? [a << 2 | b >> 4, b << 4 | c >> 2] : [a << 2 | b >> 4]
  }

  private static func unexpected(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Unscored {
    let at = text[start...].firstIndex { values[Int($0)] & invalid != 0 } ?? start
    let isVisible = (0x21...0x7E).contains(text[at])
    let found = isVisible ? "'\(Unicode.Scalar(text[at]))'" : "the byte 0x\(String(text[at], radix: 16))"
    let isURLAlphabet = "-_".utf8.contains(text[at])
    let hint = isURLAlphabet ? "this is base64url, use + and / instead" : "accepted: A-Z a-z 0-9 + / and '=' at the end"
    return error("has \(found) at character \(at); \(hint)")
  }

  private static func error(_ cause: String) -> Unscored { Unscored(.invalidInput, "the base64 content \(cause)") }

  private static let pad = UInt8(ascii: "=")
  /// Symbols are 0...63, so this bit marks everything else.
  private static let invalid: UInt8 = 0x80
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: invalid, count: 256)
    for (value, symbol) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
      table[Int(symbol)] = UInt8(value)
    }
    return table
  }()
}
