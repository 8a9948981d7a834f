import JSON

/// `minItems`, `maxItems`, `uniqueItems`.
struct ItemCountKeyword: SchemaKeyword {
  private let min: Int?
  private let max: Int?
  private let unique: Bool

  static func read(_ source: SchemaSource, _: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    let (min, max) = (try source.count("minItems"), try source.count("maxItems"))
    let unique = try source["uniqueItems"]?.bool() ?? false
    return min == nil && max == nil && !unique ? nil : ItemCountKeyword(min: min, max: max, unique: unique)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _: inout Evaluated) -> Bool {
    guard let items = value.array else { return true }
    if let min, items.count < min { return run.reject("\(items.count) items are below minItems \(min)") }
    if let max, items.count > max { return run.reject("\(items.count) items are above maxItems \(max)") }
    return !unique || Set(items).count == items.count || run.reject("two items are equal, against uniqueItems")
  }
}

/// `prefixItems` and `items`.
struct ItemsKeyword: SchemaKeyword {
  private let prefix: [Int]
  private let rest: Int?

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    let prefix = try source.schemas("prefixItems", &compiler) ?? []
    let rest = try source.schema("items", &compiler)
    return prefix.isEmpty && rest == nil ? nil : ItemsKeyword(prefix: prefix, rest: rest)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    guard let items = value.array else { return true }
    var passed = true
    for (at, item) in items.enumerated() {
      guard let node = at < prefix.count ? prefix[at] : rest else { break }
      if !run.accepts(node, item, at: .index(at)) { passed = false }
    }
    if run.schema.tracksEvaluation {
      evaluated.items.formUnion(0..<(rest == nil ? Swift.min(prefix.count, items.count) : items.count))
    }
    return passed
  }
}

/// `contains`, `minContains`, `maxContains`.
struct ContainsKeyword: SchemaKeyword {
  private let node: Int
  private let min: Int
  private let max: Int?

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    guard let node = try source.schema("contains", &compiler) else { return nil }
    return ContainsKeyword(node: node, min: try source.count("minContains") ?? 1, max: try source.count("maxContains"))
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    guard let items = value.array else { return true }
    var matches: [Int] = []
    for (at, item) in items.enumerated() where run.muting({ $0.accepts(node, item, at: .index(at)) }) {
      matches.append(at)
    }
    evaluated.items.formUnion(matches)
    if matches.count < min { return run.reject("\(matches.count) items match 'contains', at least \(min) should") }
    if let max, matches.count > max { return run.reject("\(matches.count) items match 'contains', at most \(max) may") }
    return true
  }
}

/// `unevaluatedItems`.
struct UnevaluatedItemsKeyword: SchemaKeyword {
  private let node: Int

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    guard let node = try source.schema("unevaluatedItems", &compiler) else { return nil }
    compiler.tracksEvaluation = true
    return UnevaluatedItemsKeyword(node: node)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    guard let items = value.array else { return true }
    var passed = true
    for (at, item) in items.enumerated() where !evaluated.items.contains(at) {
      if !run.accepts(node, item, at: .index(at)) { passed = false }
    }
    evaluated.items.formUnion(items.indices)
    return passed
  }
}
