import JSON

/// The schema resources and anchors of one document: where a reference leads. Nothing is ever loaded from elsewhere.
struct SchemaIndex {
  /// A subschema in the document, with the base URI that holds there.
  struct Location {
    let reader: JSONReader
    let base: URIReference
  }

  private var resources: [String: Location] = [:]
  private var anchors: [String: Location] = [:]
  /// Resource and name of each `$dynamicAnchor`.
  private(set) var dynamicAnchors: [(resource: String, name: String, location: Location)] = []
  let root: Location

  init(_ reader: JSONReader) throws(JSONError) {
    root = Location(reader: reader, base: try Self.base(of: reader, inside: URIReference("")))
    resources[""] = root
    try visit(reader, base: URIReference(""))
  }

  /// The base URI inside a subschema: its own `$id`, or that of what surrounds it.
  static func base(of reader: JSONReader, inside base: URIReference) throws(JSONError) -> URIReference {
    guard let id = reader["$id"] else { return base }
    let reference = URIReference(try id.string())
    guard reference.fragment?.isEmpty != false else {
      throw id.error("an $id has no fragment; use $anchor to name a place")
    }
    var resolved = reference.resolved(against: base)
    resolved.fragment = nil
    return resolved
  }

  private mutating func visit(_ reader: JSONReader, base outer: URIReference) throws(JSONError) {
    guard reader.value.object != nil else { return }
    let base = try Self.base(of: reader, inside: outer)
    let location = Location(reader: reader, base: base)
    if reader["$id"] != nil { resources[base.resource] = location }
    for keyword in ["$anchor", "$dynamicAnchor"] {
      guard let anchor = reader[keyword] else { continue }
      let name = try anchor.string()
      anchors["\(base.resource)#\(name)"] = location
      if keyword == "$dynamicAnchor" { dynamicAnchors.append((base.resource, name, location)) }
    }
    for child in try Self.children(of: reader) { try visit(child, base: base) }
  }

  private static let single = [
    "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
    "unevaluatedItems", "unevaluatedProperties",
  ]
  private static let listed = ["allOf", "anyOf", "oneOf", "prefixItems"]
  private static let named = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]

  private static func children(of reader: JSONReader) throws(JSONError) -> [JSONReader] {
    var children = single.compactMap { reader[$0] }
    for keyword in listed { children += try reader[keyword]?.array() ?? [] }
    for keyword in named {
      guard let group = reader[keyword] else { continue }
      for member in try group.object().members {
        children.append(JSONReader(member.value, path: group.path[member.key]))
      }
    }
    return children
  }

  /// Where `reference`, written inside `base`, leads.
  func resolve(_ reference: JSONReader, base: URIReference) throws(JSONError) -> Location {
    let text = try reference.string()
    let target = URIReference(text).resolved(against: base)
    guard let fragment = target.decodedFragment else { throw reference.error("'\(text)' is not a valid URI reference") }
    if !fragment.isEmpty, !fragment.hasPrefix("/") {
      if let location = anchors["\(target.resource)#\(fragment)"] { return location }
    } else if let resource = resources[target.resource] {
      return try follow(fragment, from: resource, reference)
    }
    throw reference.error(
      "'\(text)' leads outside this schema; remote schemas are not loaded, put what it names into $defs")
  }

  /// A JSON pointer (RFC 6901), minding every `$id` on the way.
  private func follow(_ pointer: String, from start: Location, _ reference: JSONReader) throws(JSONError) -> Location {
    var (reader, base) = (start.reader, start.base)
    for token in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let key = Self.unescape(token)
      if let member = reader[key] {
        reader = member
      } else if let index = Int(key), let list = reader.value.array, list.indices.contains(index) {
        reader = JSONReader(list[index], path: reader.path[index])
      } else {
        throw reference.error("'\(reference.value.string ?? "")' leads nowhere: there is no '\(key)'")
      }
      base = try Self.base(of: reader, inside: base)
    }
    return Location(reader: reader, base: base)
  }

  private static func unescape(_ token: Substring) -> String {
    var (result, escaped) = ("", false)
    for character in token {
      if escaped {
        result += character == "1" ? "/" : character == "0" ? "~" : "~\(character)"
        escaped = false
      } else if character == "~" {
        escaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
