/// An audit that cannot be made as asked: found before the first call.
public struct AuditError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String

  init(_ description: String) { self.description = description }
}
