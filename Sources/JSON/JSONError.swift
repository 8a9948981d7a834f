/// What is wrong with a JSON text or with a value in it, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was wrong, the accepted values, what to do. One sentence, no trailing full stop.
  public let message: String
  /// The place in the value as a path from the root, such as `items[2].prompt`; empty for the root or a syntax error.
  public let path: String
  /// Line and column (from 1) of a syntax error; nil when the text was valid JSON.
  public let line: Int?
  /// Counted in characters; nil whenever `line` is.
  public let column: Int?

  /// An error in a value (with `path`) or in the syntax of a text (with `line` and `column`).
  public init(_ message: String, path: String = "", line: Int? = nil, column: Int? = nil) {
    self.message = message
    self.path = path
    self.line = line
    self.column = column
  }

  /// The message after its place: `line 2, column 7: …`, `items[2].prompt: …`, or nothing for the root.
  public var description: String {
    if let line, let column { return "line \(line), column \(column): \(message)" }
    return path.isEmpty ? message : "\(path): \(message)"
  }
}
