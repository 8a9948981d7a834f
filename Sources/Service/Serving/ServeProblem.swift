/// Why the server cannot be started, or a reload is refused: everything that is wrong, one line each.
public struct ServeProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// One for each thing that is wrong.
  public let lines: [String]

  init(_ lines: [String]) { self.lines = lines }

  /// All lines.
  public var description: String { lines.joined(separator: "\n") }
}
