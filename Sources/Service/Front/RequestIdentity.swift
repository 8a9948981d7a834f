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
  static func fresh() -> String { digits(32) }

  /// So many random hexadecimal digits; never all of them 0.
  static func digits(_ count: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let bytes = (0..<(count + 15) / 16).flatMap { _ in
      let word = UInt64.random(in: 1 ... .max)
      return (0..<16).map { digits[Int(word >> (4 * UInt64($0)) & 15)] }
    }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// `traceparent` where it is there once and sound (``TraceContext/parse(_:)``); else nil.
  static func trace(of head: RequestHead) -> String? {
    let found = head.headers.filter { $0.name.utf8.count == 11 && $0.name.lowercased() == "traceparent" }
    guard found.count == 1, TraceContext.parse(found[0].value) != nil else { return nil }
    return found[0].value
  }
}
