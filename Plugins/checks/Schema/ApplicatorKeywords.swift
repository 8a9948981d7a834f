import JSON

/// `$ref`.
struct ReferenceKeyword: SchemaKeyword {
  private let node: Int

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    guard let reader = source["$ref"] else { return nil }
    return ReferenceKeyword(node: try compiler.node(reader, base: source.base))
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    run.accepts(node, value, &evaluated)
  }
}

/// `$dynamicRef`: like `$ref`, but when it leads to a `$dynamicAnchor` the outermost resource on the way here that has an
/// anchor of this name decides.
struct DynamicReferenceKeyword: SchemaKeyword {
  private let node: Int
  private let name: String?

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    guard let reader = source["$dynamicRef"] else { return nil }
    let name = try compiler.dynamicName(reader, base: source.base)
    return DynamicReferenceKeyword(node: try compiler.node(reader, base: source.base), name: name)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    let anchors = name.flatMap { run.schema.dynamicAnchors[$0] } ?? [:]
    let outermost = run.scope.lazy.compactMap { anchors[$0] }.first
    return run.accepts(outermost ?? node, value, &evaluated)
  }
}

/// `allOf`.
struct AllOfKeyword: SchemaKeyword {
  private let nodes: [Int]

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    try source.schemas("allOf", &compiler).map { AllOfKeyword(nodes: $0) }
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    var passed = true
    for node in nodes where !run.accepts(node, value, &evaluated) { passed = false }
    return passed
  }
}

/// `anyOf`.
struct AnyOfKeyword: SchemaKeyword {
  private let nodes: [Int]

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    try source.schemas("anyOf", &compiler).map { AnyOfKeyword(nodes: $0) }
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    var passed = false
    for node in nodes {
      if run.muting({ $0.accepts(node, value, &evaluated) }) { passed = true }
      // The branches that follow still count for what unevaluated keywords may look past.
      if passed, !run.schema.tracksEvaluation { break }
    }
    return passed || run.reject("fits none of the \(nodes.count) schemas of anyOf")
  }
}

/// `oneOf`.
struct OneOfKeyword: SchemaKeyword {
  private let nodes: [Int]

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    try source.schemas("oneOf", &compiler).map { OneOfKeyword(nodes: $0) }
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    var matches = 0
    for node in nodes where run.muting({ $0.accepts(node, value, &evaluated) }) { matches += 1 }
    if matches == 0 { return run.reject("fits none of the \(nodes.count) schemas of oneOf") }
    return matches == 1 || run.reject("fits \(matches) schemas of oneOf, exactly one is allowed")
  }
}

/// `not`.
struct NotKeyword: SchemaKeyword {
  private let node: Int

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    try source.schema("not", &compiler).map { NotKeyword(node: $0) }
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _: inout Evaluated) -> Bool {
    var ignored = Evaluated()
    return !run.muting({ $0.accepts(node, value, &ignored) }) || run.reject("fits the schema of 'not'")
  }
}

/// `if`, `then`, `else`.
struct ConditionKeyword: SchemaKeyword {
  private let condition: Int
  private let then: Int?
  private let otherwise: Int?

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    let (then, otherwise) = (try source.schema("then", &compiler), try source.schema("else", &compiler))
    guard let condition = try source.schema("if", &compiler) else { return nil }
    return ConditionKeyword(condition: condition, then: then, otherwise: otherwise)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    let branch = run.muting { $0.accepts(condition, value, &evaluated) } ? then : otherwise
    return branch.map { run.accepts($0, value, &evaluated) } ?? true
  }
}
