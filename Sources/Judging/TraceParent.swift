/// A place in a distributed trace, as the header `traceparent` names it (W3C Trace Context, https://www.w3.org/TR/trace-context/). It holds
/// nothing but hexadecimal digits, whoever it came from.
public struct TraceParent: Sendable, Hashable {
  /// What the task's calls belong to: judges that ask servers pass it on to them. nil: to no trace. Child tasks inherit it.
  @TaskLocal public static var current: TraceParent?

  /// Of the whole trace: 32 digits.
  public let trace: String
  /// Of the part that asks: 16 digits.
  public let span: String
  /// Whether the trace is recorded, and whether its id was drawn at random; all other bits are 0, since nobody knows yet what they mean.
  public let flags: UInt8

  private static let knownFlags: UInt8 = 0b11

  /// `00-`, the ids of trace and part, `-` and two digits of flags, all hexadecimal in small letters, neither id all zeros; nil for anything
  /// else. Of a later version, what version 00 has is read, as the specification asks; `ff` is none.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0...3].map(\.utf8.count) == [2, 32, 16, 2],
      parts[0...3].allSatisfy({ $0.utf8.allSatisfy(Self.isDigit) }), parts[0] != "ff",
      parts.count == 4 || parts[0] != "00",
      parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
      let flags = UInt8(parts[3], radix: 16)
    else { return nil }
    (trace, span, self.flags) = (String(parts[1]), String(parts[2]), flags & Self.knownFlags)
  }

  private init(_ trace: String, _ span: String, _ flags: UInt8) {
    (self.trace, self.span, self.flags) = (trace, span, flags)
  }

  /// Another part of the same trace. `span`: 16 hexadecimal digits in small letters, not all of them 0.
  public func part(_ span: String) -> TraceParent { TraceParent(trace, span, flags) }

  /// As the header has it, in version 00.
  public var text: String { "00-\(trace)-\(span)-0\(flags)" }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
