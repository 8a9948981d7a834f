import JSON

/// Where a value stands in its file, and the same for what is in it.
struct Place: Sendable {
  /// From 1. For a member of a mapping this is the place of its key, which is what its author looks for.
  var line: Int
  /// From 1, in Unicode scalars.
  var column: Int
  /// One for each element or member of the value, in its order.
  var children: [Place] = []

  /// The place of the value at `path` (as ``JSONPath`` writes it), or of the nearest value around it.
  func find(_ path: Substring, in value: JSONValue) -> Place {
    switch value {
    case .array(let values):
      guard path.first == "[", let end = path.firstIndex(of: "]"), let index = Int(path[..<end].dropFirst()),
        values.indices.contains(index), children.indices.contains(index)
      else { return self }
      return children[index].find(path[path.index(after: end)...], in: values[index])
    case .object(let object):
      for (child, member) in zip(children, object.members) {
        if let rest = Self.rest(of: path, after: member.key) { return child.find(rest, in: member.value) }
      }
      return self
    default: return self
    }
  }

  /// What follows `.key` or `["key"]` at the start of `path`; nil where another key stands there.
  private static func rest(of path: Substring, after key: String) -> Substring? {
    let isQuoted = path.hasPrefix("[\"")
    let inner = isQuoted ? path.dropFirst(2) : path.first == "." ? path.dropFirst() : path
    guard inner.hasPrefix(key) else { return nil }
    let rest = inner.dropFirst(key.count)
    if isQuoted { return rest.hasPrefix("\"]") ? rest.dropFirst(2) : nil }
    return rest.isEmpty || rest.first == "." || rest.first == "[" ? rest : nil
  }
}
