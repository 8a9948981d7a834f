public import JSON

/// A JSON Schema (2020-12), as OpenAPI 3.1 has them. It says what a reader accepts, or a writer writes.
public struct Schema: Sendable, Hashable {
  /// The schema as JSON; named ones are referred to.
  public private(set) var json: JSONObject
  /// The named schemas that ``json`` refers to, and those that they refer to.
  public private(set) var named: [String: JSONValue]

  init(_ json: JSONObject, named: [String: JSONValue] = [:]) {
    self.json = json
    self.named = named
  }

  init(_ members: [(String, JSONValue)]) { self.init(JSONObject(members)) }

  /// The same under a name: it is written once in a document, and referred to from wherever it is used.
  func named(_ name: String) -> Schema {
    var all = named
    all[name] = .object(json)
    return Schema(JSONObject([("$ref", .string("#/components/schemas/\(name)"))]), named: all)
  }

  /// The same with a sentence about it.
  func described(_ about: String) -> Schema {
    var schema = self
    if !about.isEmpty { schema.json["description"] = .string(about) }
    return schema
  }

  /// The same, or null.
  var orNull: Schema {
    var schema = self
    switch json["type"] {
    case .string(let type) where json["enum"] == nil && json["const"] == nil:
      schema.json["type"] = [.string(type), "null"]
    case .array, .string, .bool, .int, .number, .object, .null, nil:
      var json = JSONObject([("anyOf", .array([.object(self.json), ["type": "null"]]))])
      json["description"] = self.json["description"]
      if let about = self.json["description"] {
        schema.json["description"] = nil
        json = JSONObject([("anyOf", .array([.object(schema.json), ["type": "null"]])), ("description", about)])
      }
      schema.json = json
    }
    return schema
  }

  /// The same with an example.
  func example(_ value: JSONValue) -> Schema {
    var schema = self
    schema.json["examples"] = [value]
    return schema
  }
}

extension Schema {
  /// Any value at all.
  static let anything = Schema([])
  /// `true` or `false`.
  static let flag = Schema([("type", "boolean")])
  /// A number, with a fraction or without.
  static let number = Schema([("type", "number")])
  /// A text.
  static let text = Schema([("type", "string")])

  /// A number of a range.
  static func number(in range: ClosedRange<Double>) -> Schema {
    Schema([("type", "number"), ("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound))])
  }

  /// A whole number of a range.
  static func integer(in range: ClosedRange<Int> = 0...Int.max) -> Schema {
    Schema([
      ("type", "integer"), ("minimum", .int(Int64(range.lowerBound))), ("maximum", .int(Int64(range.upperBound))),
    ])
  }

  /// A text of so many characters (code points).
  static func text(length range: ClosedRange<Int>) -> Schema {
    Schema([
      ("type", "string"), ("minLength", .int(Int64(range.lowerBound))), ("maxLength", .int(Int64(range.upperBound))),
    ])
  }

  /// One of these words.
  static func choice(_ words: [String]) -> Schema {
    Schema([("type", "string"), ("enum", .array(words.map { .string($0) }))])
  }

  /// This word.
  static func word(_ word: String) -> Schema { Schema([("type", "string"), ("const", .string(word))]) }

  /// A list.
  static func list(of element: Schema, count: ClosedRange<Int>? = nil) -> Schema {
    var json = JSONObject([("type", "array"), ("items", .object(element.json))])
    if let count {
      if count.lowerBound > 0 { json["minItems"] = .int(Int64(count.lowerBound)) }
      if count.upperBound < .max { json["maxItems"] = .int(Int64(count.upperBound)) }
    }
    return Schema(json, named: element.named)
  }

  /// One of these, or several of them.
  static func any(of schemas: [Schema]) -> Schema {
    Schema(
      JSONObject([("anyOf", .array(schemas.map { .object($0.json) }))]),
      named: schemas.reduce(into: [:]) { $0.merge($1.named) { first, _ in first } })
  }

  /// A member of an object.
  struct Member: Sendable {
    let name: String
    let schema: Schema
    var isRequired = true

    static func must(_ name: String, _ schema: Schema, _ about: String = "") -> Member {
      Member(name: name, schema: schema.described(about))
    }

    static func may(_ name: String, _ schema: Schema, _ about: String = "") -> Member {
      Member(name: name, schema: schema.described(about), isRequired: false)
    }
  }

  /// An object with these members, and no others unless `isOpen`.
  static func object(_ members: [Member], isOpen: Bool = false) -> Schema {
    var json = JSONObject([("type", "object")])
    if !members.isEmpty {
      json["properties"] = .object(JSONObject(members.map { ($0.name, .object($0.schema.json)) }))
    }
    let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { json["required"] = .array(required) }
    if !isOpen { json["additionalProperties"] = false }
    return Schema(json, named: members.reduce(into: [:]) { $0.merge($1.schema.named) { first, _ in first } })
  }

  /// An object without these members.
  func without(_ names: [String]) -> Schema {
    guard !names.isEmpty else { return self }
    var schema = self
    let members = (json["properties"]?.object?.members ?? []).filter { !names.contains($0.key) }
    let required = (json["required"]?.array ?? []).filter { !names.contains($0.string ?? "") }
    schema.json["properties"] = members.isEmpty ? nil : .object(JSONObject(members.map { ($0.key, $0.value) }))
    schema.json["required"] = required.isEmpty ? nil : .array(required)
    return schema
  }

  /// The same with further conditions, such as `not`.
  func with(_ members: [(String, JSONValue)]) -> Schema {
    var schema = self
    for (key, value) in members { schema.json[key] = value }
    return schema
  }
}
