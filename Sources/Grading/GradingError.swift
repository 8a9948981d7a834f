/// Why a rubric and a judge cannot work together: found before the first call.
public struct GradingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What does not fit and what to do.
  public let description: String

  init(_ description: String) { self.description = description }
}
