import JSON

/// Writes the JSON text of a request from front to back into one buffer. Media go into it as base64 straight away: a picture of
/// many megabytes is copied once.
struct BodyWriter {
  private(set) var bytes: [UInt8] = []

  /// A buffer with room for about `capacity` bytes.
  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// Text that is JSON already.
  mutating func raw(_ json: StaticString) {
    json.withUTF8Buffer { bytes += $0 }
  }

  /// Throws for a number that JSON cannot express.
  mutating func value(_ value: JSONValue) throws(JSONError) { try JSONWriter.append(value, to: &bytes) }

  /// Letters, digits and marks that need no escape: a media type, a role.
  mutating func plain(_ text: String) { bytes += text.utf8 }

  /// The bytes as base64 (RFC 4648 §4), without quotation marks.
  mutating func base64(_ data: [UInt8]) {
    let start = bytes.count
    bytes += repeatElement(UInt8(ascii: "="), count: Self.base64Count(data.count))
    bytes.withUnsafeMutableBufferPointer { buffer in
      data.withUnsafeBufferPointer { Self.encode($0, into: UnsafeMutableBufferPointer(rebasing: buffer[start...])) }
    }
  }

  /// How many characters `count` bytes take.
  static func base64Count(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// `output` is filled with padding, so what the last group lacks need not be written.
  private static func encode(_ data: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
    alphabet.withUnsafeBufferPointer { alphabet in
      var at = 0
      var to = 0
      while at < data.count {
        let left = data.count - at
        let second = left > 1 ? data[at + 1] : 0
        let third = left > 2 ? data[at + 2] : 0
        output[to] = alphabet[Int(data[at] >> 2)]
        output[to + 1] = alphabet[Int(data[at] << 4 & 0x30 | second >> 4)]
        if left > 1 { output[to + 2] = alphabet[Int(second << 2 & 0x3C | third >> 6)] }
        if left > 2 { output[to + 3] = alphabet[Int(third & 0x3F)] }
        at += 3
        to += 4
      }
    }
  }
}
