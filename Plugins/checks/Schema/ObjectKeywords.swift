import JSON

/// `minProperties`, `maxProperties`, `required`, `dependentRequired`.
struct PropertyCountKeyword: SchemaKeyword {
  private let min: Int?
  private let max: Int?
  private let required: [String]
  private let dependent: [(name: String, required: [String])]

  static func read(_ source: SchemaSource, _: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    let (min, max) = (try source.count("minProperties"), try source.count("maxProperties"))
    let required = try source.strings("required") ?? []
    var dependent: [(name: String, required: [String])] = []
    if let reader = source["dependentRequired"] {
      for member in try reader.object().members {
        let names = JSONReader(member.value, path: reader.path[member.key])
        dependent.append((member.key, try SchemaSource.strings(names)))
      }
    }
    if min == nil, max == nil, required.isEmpty, dependent.isEmpty { return nil }
    return PropertyCountKeyword(min: min, max: max, required: required, dependent: dependent)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _: inout Evaluated) -> Bool {
    guard let object = value.object else { return true }
    var passed = true
    if let min, object.count < min { passed = run.reject("\(object.count) properties are below minProperties \(min)") }
    if let max, object.count > max { passed = run.reject("\(object.count) properties are above maxProperties \(max)") }
    for name in required where object[name] == nil { passed = run.reject("'\(name)' is missing") }
    for (name, others) in dependent where object[name] != nil {
      for other in others where object[other] == nil { passed = run.reject("'\(other)' is missing beside '\(name)'") }
    }
    return passed
  }
}

/// `properties`, `patternProperties`, `additionalProperties`.
struct PropertiesKeyword: SchemaKeyword {
  private let named: [JSONKey: Int]
  private let patterns: [(pattern: Pattern, node: Int)]
  private let additional: Int?

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    var named: [JSONKey: Int] = [:]
    for (name, node) in try source.namedSchemas("properties", &compiler) { named[JSONKey(name)] = node }
    var patterns: [(pattern: Pattern, node: Int)] = []
    for (pattern, node) in try source.namedSchemas("patternProperties", &compiler) {
      patterns.append((try SchemaSource.pattern(pattern, source["patternProperties"] ?? source.reader), node))
    }
    let additional = try source.schema("additionalProperties", &compiler)
    if named.isEmpty, patterns.isEmpty, additional == nil { return nil }
    return PropertiesKeyword(named: named, patterns: patterns, additional: additional)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    guard let object = value.object else { return true }
    var passed = true
    for member in object.members {
      var nodes = named[JSONKey(member.key)].map { [$0] } ?? []
      for (pattern, node) in patterns where pattern.matches(member.key, &run) { nodes.append(node) }
      if nodes.isEmpty, let additional {
        if run.schema.nodes[additional].constant == false {
          passed = run.reject("'\(Text(member.key).excerpt(40))' is not a known property")
          continue
        }
        nodes = [additional]
      }
      for node in nodes where !run.accepts(node, member.value, at: .key(member.key)) { passed = false }
      if !nodes.isEmpty, run.schema.tracksEvaluation { evaluated.properties.insert(JSONKey(member.key)) }
    }
    return passed
  }
}

/// `propertyNames`.
struct PropertyNamesKeyword: SchemaKeyword {
  private let node: Int

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    try source.schema("propertyNames", &compiler).map { PropertyNamesKeyword(node: $0) }
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _: inout Evaluated) -> Bool {
    guard let object = value.object else { return true }
    var passed = true
    for member in object.members {
      var ignored = Evaluated()
      if !run.muting({ $0.accepts(node, .string(member.key), &ignored) }) {
        passed = run.reject("the name '\(Text(member.key).excerpt(40))' is not allowed by propertyNames")
      }
    }
    return passed
  }
}

/// `dependentSchemas`.
struct DependentSchemasKeyword: SchemaKeyword {
  private let dependent: [(name: String, node: Int)]

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    let dependent = try source.namedSchemas("dependentSchemas", &compiler)
    return dependent.isEmpty ? nil : DependentSchemasKeyword(dependent: dependent)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    guard let object = value.object else { return true }
    var passed = true
    for (name, node) in dependent where object[name] != nil {
      if !run.accepts(node, value, &evaluated) { passed = false }
    }
    return passed
  }
}

/// `unevaluatedProperties`.
struct UnevaluatedPropertiesKeyword: SchemaKeyword {
  private let node: Int

  static func read(_ source: SchemaSource, _ compiler: inout SchemaCompiler) throws(JSONError) -> (any SchemaKeyword)? {
    guard let node = try source.schema("unevaluatedProperties", &compiler) else { return nil }
    compiler.tracksEvaluation = true
    return UnevaluatedPropertiesKeyword(node: node)
  }

  func accepts(_ value: JSONValue, _ run: inout SchemaRun, _ evaluated: inout Evaluated) -> Bool {
    guard let object = value.object else { return true }
    var passed = true
    for member in object.members where !evaluated.properties.contains(JSONKey(member.key)) {
      if !run.accepts(node, member.value, at: .key(member.key)) { passed = false }
    }
    evaluated.properties.formUnion(object.keys.map { JSONKey($0) })
    return passed
  }
}
