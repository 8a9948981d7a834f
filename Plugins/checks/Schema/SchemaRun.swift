import JSON

/// One validation under way: the place in the value, the problems found, the limits.
struct SchemaRun {
  enum Step { case key(String), index(Int) }

  let schema: JSONSchema
  private(set) var problems: [JSONSchema.Problem] = []
  private(set) var problemCount = 0
  /// Set when validation cannot be finished; the value is then neither valid nor invalid.
  private(set) var failure: Unscorable?
  /// The resources that were entered, outermost first.
  private(set) var scope: [Int] = []

  private var path: [Step] = []
  private var muted = 0
  private var depth = 0
  private var steps = 0
  private let maxDepth: Int
  private static let maxSteps = 20_000_000
  private static let shownProblems = 3

  init(_ schema: JSONSchema, maxDepth: Int) {
    self.schema = schema
    self.maxDepth = maxDepth
  }

  /// Applies a subschema to a value; what it evaluated is added only when the value passes.
  mutating func accepts(_ node: Int, _ value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
    guard failure == nil, takeStep() else { return false }
    defer { depth -= 1 }
    let node = schema.nodes[node]
    if let constant = node.constant { return constant || reject("nothing is allowed here") }
    let entersResource = scope.last != node.resource
    if entersResource { scope.append(node.resource) }
    defer { if entersResource { scope.removeLast() } }
    var own = Evaluated()
    var passed = true
    for keyword in node.keywords where !keyword.accepts(value, &self, &own) {
      passed = false
      if muted > 0 { break }
    }
    if passed, schema.tracksEvaluation { evaluated.formUnion(own) }
    return passed
  }

  /// Applies a subschema to a part of the value.
  mutating func accepts(_ node: Int, _ value: JSONValue, at step: Step) -> Bool {
    path.append(step)
    defer { path.removeLast() }
    var ignored = Evaluated()
    return accepts(node, value, &ignored)
  }

  /// Runs `body` without reporting its problems: branches that may fail.
  mutating func muting(_ body: (inout SchemaRun) -> Bool) -> Bool {
    muted += 1
    defer { muted -= 1 }
    return body(&self)
  }

  /// Reports a problem at the present place; always false.
  mutating func reject(_ message: @autoclosure () -> String) -> Bool {
    guard muted == 0 else { return false }
    problemCount += 1
    if problems.count < Self.shownProblems { problems.append(.init(path: place, message: message())) }
    return false
  }

  /// Ends the validation: a limit was reached.
  mutating func fail(_ message: String) -> Bool {
    failure = failure ?? Unscorable(message)
    return false
  }

  private mutating func takeStep() -> Bool {
    depth += 1
    steps += 1
    if depth > maxDepth {
      depth -= 1
      return fail("the schema and the response nest deeper than max_depth \(maxDepth); raise max_depth to check it")
    }
    if steps > Self.maxSteps {
      depth -= 1
      return fail("the schema takes more than \(Self.maxSteps) steps on this response")
    }
    return true
  }

  private var place: String {
    path.reduce(JSONPath()) { path, step in
      switch step {
      case .key(let key): path[key]
      case .index(let index): path[index]
      }
    }.description
  }
}
