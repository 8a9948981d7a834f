public import JSON

/// A file that a person wrote, as a value, together with the line of everything in it.
///
/// YAML, or JSON where the name ends in `.json`. Plain scalars are read by the core schema of YAML 1.2: `null`, `true`, `false`,
/// integers and decimals; `yes`, `on`, `1:30` and `2026-01-01` are text. Keys are text however they are written. Refused, with the
/// line: duplicate keys, anchors and aliases, tags, NaN and infinities, several documents in one file, NUL characters,
/// invalid UTF-8, and whatever exceeds ``DocumentLimits``.
public struct Document: Sendable {
  /// The file as it was named; errors start with it.
  public let name: String
  /// The whole content.
  public let root: JSONReader
  private let place: Place

  private init(name: String, value: JSONValue, place: Place) {
    self.name = name
    root = JSONReader(value)
    self.place = place
  }

  /// Reads a regular file.
  public static func load(file: String, limits: DocumentLimits = DocumentLimits()) throws(DocumentError) -> Document {
    try parse(File.read(file, limits: limits), name: file, limits: limits)
  }

  /// Parses text that came from elsewhere; `name` stands for the file in errors and decides between YAML and JSON.
  public static func parse(
    _ text: String, name: String, limits: DocumentLimits = DocumentLimits()
  ) throws(DocumentError) -> Document {
    try parse(Array(text.utf8), name: name, limits: limits)
  }

  /// Parses bytes that should be UTF-8; a byte order mark is skipped.
  public static func parse(
    _ bytes: [UInt8], name: String, limits: DocumentLimits = DocumentLimits()
  ) throws(DocumentError) -> Document {
    let text = try SourceText.check(bytes, name: name, limits: limits)
    let (value, place) =
      name.hasSuffix(".json")
      ? try JSONSource.parse(text, name: name, limits: limits)
      : try YAMLSource.parse(text, name: name, limits: limits)
    return Document(name: name, value: value, place: place)
  }

  /// The same error with its file and line. One whose path is not in the document, such as a missing member, gets the line of
  /// the nearest value around it.
  public func locate(_ error: JSONError) -> DocumentError {
    let found = place.find(error.path[...], in: root.value)
    return DocumentError(
      file: name, line: error.line ?? found.line, column: error.column ?? found.column, path: error.path, error.message)
  }

  /// Throws what was found, if anything was.
  public func report(_ findings: Findings) throws(DocumentErrors) {
    guard !findings.errors.isEmpty else { return }
    throw DocumentErrors(findings.errors.map(locate), isComplete: !findings.isFull)
  }
}
