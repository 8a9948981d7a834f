import JSON

/// A compiled JSON Schema, draft 2020-12: all assertion and applicator keywords, `$ref`, `$defs`, `$anchor`, `$id` and
/// `$dynamicRef` within the document. `format` and the `content…` keywords are annotations, as the draft has it.
struct JSONSchema: Sendable {
  /// A subschema: keywords in the order in which they run, and the resource that it belongs to.
  struct Node: Sendable {
    var keywords: [any SchemaKeyword] = []
    /// Set for the schemas `true` and `false`.
    var constant: Bool?
    var resource = 0
  }

  static let root = 0
  private(set) var nodes: [Node] = []
  /// For each `$dynamicAnchor` the node that it names in each resource.
  private(set) var dynamicAnchors: [String: [Int: Int]] = [:]
  /// Whether any `unevaluated…` keyword needs to know what the others looked at.
  private(set) var tracksEvaluation = false

  /// Reads the whole schema; the error names the path in the rubric.
  init(_ reader: JSONReader) throws(JSONError) {
    if let dialect = reader["$schema"] {
      let name = try dialect.string()
      guard name == "https://json-schema.org/draft/2020-12/schema" else {
        throw dialect.error(
          "the dialect '\(name)' is not known; accepted: https://json-schema.org/draft/2020-12/schema")
      }
    }
    var compiler = SchemaCompiler(try SchemaIndex(reader))
    try compiler.run()
    nodes = compiler.nodes
    dynamicAnchors = compiler.dynamicAnchors
    tracksEvaluation = compiler.tracksEvaluation
  }

  /// A place in the value that breaks the schema.
  struct Problem: Sendable, Hashable, CustomStringConvertible {
    let path: String
    let message: String
    var description: String { path.isEmpty ? message : "\(path): \(message)" }
  }

  /// The first problems and the number of all of them; empty when the value is valid.
  func problems(in value: JSONValue, maxDepth: Int) throws(Unscorable) -> (first: [Problem], count: Int) {
    var run = SchemaRun(self, maxDepth: maxDepth)
    var evaluated = Evaluated()
    let isValid = run.accepts(Self.root, SchemaValue.normalised(value), &evaluated)
    if let failure = run.failure { throw failure }
    return isValid ? ([], 0) : (run.problems, max(run.problemCount, 1))
  }
}

/// One keyword (or a few that belong together) with its value, ready to run.
protocol SchemaKeyword: Sendable {
  /// Nil when the schema object does not have the keyword.
  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)?
  /// Whether the value passes; reports the problem to `run` when it does not. Marks in `evaluated` what it looked at.
  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool
}

/// The properties and items that some keyword has looked at, for the `unevaluated…` keywords.
struct Evaluated: Sendable {
  var properties: Set<JSONKey> = []
  var items: Set<Int> = []

  mutating func formUnion(_ other: Evaluated) {
    properties.formUnion(other.properties)
    items.formUnion(other.items)
  }
}
