import HTTPServing

/// What a request's headers say about itself: the id that it is found by in logs, and the trace it is part of.
enum RequestIdentity {
  /// The longest id that is taken over from a client.
  static let maxBytes = 128

  /// The client's own id, where it is 1 to 128 visible ASCII characters; else a new one.
  static func id(of head: RequestHead) -> String {
    guard let own = head["X-Request-ID"], (1...maxBytes).contains(own.utf8.count),
      own.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return fresh() }
    return own
  }

  /// 32 random hexadecimal digits.
  static func fresh() -> String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = (0..<2).flatMap { _ in
      let word = UInt64.random(in: .min ... .max)
      return (0..<16).map { digits[Int(word >> (4 * UInt64($0)) & 15)] }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `traceparent` (W3C Trace Context, version 00): hexadecimal digits of the stated lengths, neither id all zeros; nil for any
  /// other text.
  static func trace(of head: RequestHead) -> String? {
    guard let text = head["traceparent"], text.utf8.count == 55 else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let areHex = parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }
    guard parts.map(\.utf8.count) == [2, 32, 16, 2], areHex, parts[0] == "00",
      !parts[1].allSatisfy({ $0 == "0" }), !parts[2].allSatisfy({ $0 == "0" })
    else { return nil }
    return text
  }
}
