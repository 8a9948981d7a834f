import JSON

/// JSON text as a value with places: parsed strictly by jansson, then walked once more for the lines.
enum JSONSource {
  static func parse(_ text: String, name: String, limits: DocumentLimits) throws(DocumentError) -> (JSONValue, Place) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONParser.parse(text)
    } catch {
      throw DocumentError(file: name, line: error.line, column: error.column, error.message)
    }
    var walker = JSONWalker(scalars: Array(text.unicodeScalars), name: name, limits: limits)
    return (value, try walker.place(depth: 0))
  }
}

/// Finds where values start in a text that is known to be valid JSON, so that it need not check anything but the limits.
private struct JSONWalker {
  let scalars: [Unicode.Scalar]
  let name: String
  let limits: DocumentLimits
  private var at = 0
  private var line = 1
  private var lineStart = 0
  private var values = 0

  init(scalars: [Unicode.Scalar], name: String, limits: DocumentLimits) {
    self.scalars = scalars
    self.name = name
    self.limits = limits
  }

  mutating func place(depth: Int) throws(DocumentError) -> Place {
    skip { " \t\r\n,:".unicodeScalars.contains($0) }
    var place = here
    values += 1
    guard values <= limits.values else { throw error("more than \(limits.values) values (limit 'values')") }
    guard depth <= limits.depth else { throw error("nested deeper than \(limits.depth) (limit 'depth')") }
    switch scalars[at] {
    case "[", "{":
      let isObject = scalars[at] == "{"
      at += 1
      while true {
        skip { " \t\r\n,".unicodeScalars.contains($0) }
        if scalars[at] == "]" || scalars[at] == "}" { break }
        let key = here
        if isObject { string() }
        var child = try self.place(depth: depth + 1)
        if isObject { (child.line, child.column) = (key.line, key.column) }
        place.children.append(child)
      }
      at += 1
    case "\"": string()
    default: skip { !" \t\r\n,:]}".unicodeScalars.contains($0) }
    }
    return place
  }

  private var here: Place { Place(line: line, column: at - lineStart + 1) }

  private func error(_ message: String) -> DocumentError {
    DocumentError(file: name, line: line, column: at - lineStart + 1, message)
  }

  private mutating func string() {
    at += 1
    while at < scalars.count, scalars[at] != "\"" { at += scalars[at] == "\\" ? 2 : 1 }
    at += 1
  }

  private mutating func skip(_ condition: (Unicode.Scalar) -> Bool) {
    while at < scalars.count, condition(scalars[at]) {
      if scalars[at] == "\n" {
        line += 1
        lineStart = at + 1
      }
      at += 1
    }
  }
}
