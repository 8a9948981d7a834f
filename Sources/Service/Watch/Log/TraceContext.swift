/// A place in a distributed trace (W3C Trace Context, https://www.w3.org/TR/trace-context/).
struct TraceContext: Sendable, Hashable {
  /// Of the whole trace: 32 hexadecimal digits.
  let traceID: String
  /// Of our part of it: 16 hexadecimal digits.
  let spanID: String
  /// Of the client's part; nil where the trace begins here.
  let parentID: String?

  /// Our part of the trace that `traceparent` names; a trace of its own where it is nil or not sound.
  init(continuing traceparent: String?) {
    spanID = RequestIdentity.digits(16)
    guard let traceparent, let (trace, parent) = Self.parse(traceparent) else {
      (traceID, parentID) = (RequestIdentity.digits(32), nil)
      return
    }
    (traceID, parentID) = (trace, parent)
  }

  /// `00-` and the ids of trace and parent and two digits of flags, all hexadecimal in small letters, neither id all zeros. Of a later
  /// version, what version 00 has is read, as the specification asks; `ff` is none.
  static func parse(_ text: String) -> (trace: String, parent: String)? {
    let parts = text.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0...3].map(\.utf8.count) == [2, 32, 16, 2],
      parts[0...3].allSatisfy({ $0.utf8.allSatisfy(isDigit) }), parts[0] != "ff", parts.count == 4 || parts[0] != "00",
      parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
    else { return nil }
    return (String(parts[1]), String(parts[2]))
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
