/// Something the caller asked for that cannot be done as asked. Found before anything is judged.
public struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  /// With that message.
  public init(_ message: String) { description = message }
}
