package import JSON
package import Judging

/// The canonical text of a call's key, and back. Both ways have a path for the plain case that builds no JSON tree: the key is
/// the one piece of JSON in every call.
package enum KeyText {
  /// `{"attempt":0,"item":"q1","order":[0,1],"sample":0}`: ``CallKey/json`` in canonical form.
  package static func write(_ key: CallKey) -> String {
    guard isPlain(key.item), key.criterion.map(isPlain) ?? true else { return viaJSON(key) }
    var text = ""
    text.reserveCapacity(96 + key.item.utf8.count + (key.criterion?.utf8.count ?? 0) + 8 * key.order.count)
    text += "{\"attempt\":"
    text += String(key.attempt)
    if let criterion = key.criterion {
      text += ",\"criterion\":\""
      text += criterion
      text += "\""
    }
    text += ",\"item\":\""
    text += key.item
    text += "\",\"order\":["
    for (at, place) in key.order.enumerated() {
      if at > 0 { text += "," }
      text += String(place)
    }
    text += "]"
    if let response = key.response {
      text += ",\"response\":"
      text += String(response)
    }
    text += ",\"sample\":"
    text += String(key.sample)
    text += "}"
    return text
  }

  /// Reads a key, in canonical form or any other.
  package static func read(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> CallKey {
    var scanner = KeyScanner(bytes)
    if let key = scanner.key() { return key }
    return try CallKey(JSONReader(try JSONParser.parse(bytes)))
  }

  /// The way of ``write(_:)`` for texts that JSON must escape.
  static func viaJSON(_ key: CallKey) -> String {
    do {
      return try JSONWriter.canonical(key.json)
    } catch {
      preconditionFailure("a key holds no numbers but whole ones: \(error)")
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
  }
}

/// Reads exactly what ``KeyText/write(_:)`` makes of plain texts, and nil for anything else.
private struct KeyScanner {
  private let bytes: UnsafeRawBufferPointer
  private var at = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func key() -> CallKey? {
    guard skip("{\"attempt\":"), let attempt = int() else { return nil }
    var criterion: String?
    if skip(",\"criterion\":\"") {
      guard let text = string() else { return nil }
      criterion = text
    }
    guard skip(",\"item\":\""), let item = string(), skip(",\"order\":["), let order = ints() else { return nil }
    var response: Int?
    if skip(",\"response\":") {
      guard let index = int() else { return nil }
      response = index
    }
    guard skip(",\"sample\":"), let sample = int(), skip("}"), at == bytes.count else { return nil }
    return CallKey(item: item, response: response, order: order, sample: sample, criterion: criterion, attempt: attempt)
  }

  private mutating func skip(_ expected: StaticString) -> Bool {
    let count = expected.utf8CodeUnitCount
    guard bytes.count - at >= count else { return false }
    for offset in 0..<count where bytes[at + offset] != expected.utf8Start[offset] { return false }
    at += count
    return true
  }

  private mutating func int() -> Int? {
    var value = 0
    let start = at
    while at < bytes.count, case let digit = bytes[at], digit >= 0x30, digit <= 0x39, at - start < 18 {
      value = value * 10 + Int(digit - 0x30)
      at += 1
    }
    return at > start ? value : nil
  }

  private mutating func ints() -> [Int]? {
    if skip("]") { return [] }
    var values: [Int] = []
    repeat {
      guard let value = int() else { return nil }
      values.append(value)
    } while skip(",")
    return skip("]") ? values : nil
  }

  /// The rest of a string, up to and with its closing quote.
  private mutating func string() -> String? {
    let start = at
    while at < bytes.count, bytes[at] != 0x22 {
      if bytes[at] == 0x5C || bytes[at] < 0x20 { return nil }
      at += 1
    }
    guard at < bytes.count else { return nil }
    defer { at += 1 }
    return String(validating: UnsafeRawBufferPointer(rebasing: bytes[start..<at]), as: UTF8.self)
  }
}
