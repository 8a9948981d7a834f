/// What is wrong in a file, and where: `rubric.yaml:12:5: criteria[1].wieght: unknown field 'wieght'; …`.
public struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file as it was named.
  public let file: String
  /// From 1; nil where the whole file is meant, as when it cannot be read.
  public let line: Int?
  /// From 1, in characters (Unicode scalars).
  public let column: Int?
  /// Path of the value (`criteria[1].weight`); empty for the document itself.
  public let path: String
  /// What was wrong, the accepted values, what to do. One sentence, no trailing full stop.
  public let message: String

  /// An error.
  public init(file: String, line: Int? = nil, column: Int? = nil, path: String = "", _ message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.path = path
    self.message = message
  }

  /// The error in one line.
  public var description: String {
    let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
    return "\(file)\(place): \(path.isEmpty ? "" : "\(path): ")\(message)"
  }
}

/// Everything that is wrong in a file, in the order of its lines.
public struct DocumentErrors: Error, Sendable, Hashable, CustomStringConvertible {
  /// At least one.
  public let errors: [DocumentError]

  /// False where there may be more than the first ``Findings/limit``.
  public let isComplete: Bool

  /// Sorts `errors` by place.
  public init(_ errors: [DocumentError], isComplete: Bool = true) {
    self.isComplete = isComplete
    self.errors = errors.enumerated().sorted { left, right in
      let a = (left.element.line ?? 0, left.element.column ?? 0, left.offset)
      return a < (right.element.line ?? 0, right.element.column ?? 0, right.offset)
    }.map(\.element)
  }

  /// One error a line.
  public var description: String {
    let more = isComplete ? [] : ["there may be more; only the first \(Findings.limit) errors are shown"]
    return (errors.map(\.description) + more).joined(separator: "\n")
  }
}
