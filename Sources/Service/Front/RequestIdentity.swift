import HTTPServing
import Judging
import Synchronization

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

  /// 32 hexadecimal digits, random enough that no other request has them. They name a request and protect nothing.
  static func fresh() -> String { digits(32) }

  /// So many hexadecimal digits; never all of them 0.
  static func digits(_ count: Int) -> String {
    var digits: UInt64 = 0
    return String(unsafeUninitializedCapacity: count) { room in
      for at in 0..<count {
        if at % 16 == 0 { digits = word() }
        let digit = UInt8(truncatingIfNeeded: digits & 15)
        room[at] = digit < 10 ? 48 + digit : 87 + digit
        digits >>= 4
      }
      return count
    }
  }

  /// The next number of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), begun at random: asking the system each time costs more
  /// than all the rest of an id.
  private static func word() -> UInt64 {
    var word = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return max(1, word ^ word >> 31)
  }

  private static let state = Atomic(UInt64.random(in: .min ... .max))

  /// `traceparent` where it is there once and sound; else nil.
  static func trace(of head: RequestHead) -> TraceParent? {
    let found = head.headers.filter { $0.name.utf8.count == 11 && $0.name.lowercased() == "traceparent" }
    return found.count == 1 ? TraceParent(found[0].value) : nil
  }
}
