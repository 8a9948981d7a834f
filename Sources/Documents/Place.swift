import JSON

/// Where a value stands in its file, and the same for what is in it.
struct Place: Sendable {
  /// From 1. For a member of a mapping this is the place of its key, which is what its author looks for.
  var line: Int
  /// From 1, in Unicode scalars.
  var column: Int
  /// One for each element or member of the value, in its order.
  var children: [Place] = []

  /// The place of the value at `path`, or of the nearest value around it.
  func find(_ path: String, in value: JSONValue, at here: JSONPath = JSONPath()) -> Place {
    for (child, inside, below) in zip3(value, here) {
      let name = below.description
      if path == name || path.hasPrefix(name + ".") || path.hasPrefix(name + "[") {
        return child.find(path, in: inside, at: below)
      }
    }
    return self
  }

  private func zip3(_ value: JSONValue, _ here: JSONPath) -> [(Place, JSONValue, JSONPath)] {
    switch value {
    case .array(let values):
      zip(children, values.enumerated()).map { ($0, $1.element, here[$1.offset]) }
    case .object(let object):
      zip(children, object.members).map { ($0, $1.value, here[$1.key]) }
    default: []
    }
  }
}
