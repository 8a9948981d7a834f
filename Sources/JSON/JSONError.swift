/// What is wrong with a JSON text or with a value in it, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong, the accepted values, what to do. One sentence, no trailing full stop.
  public let message: String
  /// The place in the value as a path from the root, such as `items[2].prompt`; empty for the root or a syntax error.
  public let path: String
  /// Line and column (from 1) of a syntax error; nil when the text was valid JSON.
  public let line: Int?
  public let column: Int?

  public init(_ message: String, path: String = "", line: Int? = nil, column: Int? = nil) {
    self.message = message
    self.path = path
    self.line = line
    self.column = column
  }

  public var description: String {
    if let line, let column { return "line \(line), column \(column): \(message)" }
    return path.isEmpty ? message : "\(path): \(message)"
  }
}
