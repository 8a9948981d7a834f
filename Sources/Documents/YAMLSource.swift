import JSON

/// YAML text as a value with places, composed from libyaml's events.
///
/// Composing here rather than in a library keeps the place of every key, and stops at the limits while parsing: a composer
/// that resolves aliases first has already built (or hashed) the bomb.
enum YAMLSource {
  static func parse(_ text: String, name: String, limits: DocumentLimits) throws(DocumentError) -> (JSONValue, Place) {
    var text = text
    let result = text.withUTF8 { bytes in
      Result { () throws(DocumentError) in
        var composer = YAMLComposer(events: YAMLEvents(bytes, name: name), name: name, limits: limits)
        return try composer.document()
      }
    }
    return try result.get()
  }
}

/// Builds the value of one document from its events.
private struct YAMLComposer {
  let events: YAMLEvents
  let name: String
  let limits: DocumentLimits
  var values = 0

  mutating func document() throws(DocumentError) -> (JSONValue, Place) {
    guard case .documentStart = try events.next().kind else {
      throw DocumentError(file: name, line: 1, column: 1, "the document is empty")
    }
    let node = try compose(events.next(), depth: 0)
    _ = try events.next()
    let after = try events.next()
    guard case .streamEnd = after.kind else {
      throw error(after, "a second document starts here; a file holds one")
    }
    return node
  }

  private mutating func compose(_ event: YAMLEvent, depth: Int) throws(DocumentError) -> (JSONValue, Place) {
    values += 1
    guard values <= limits.values else { throw error(event, "more than \(limits.values) values (limit 'values')") }
    guard depth <= limits.depth else { throw error(event, "nested deeper than \(limits.depth) (limit 'depth')") }
    var place = Place(line: event.line, column: event.column)
    switch event.kind {
    case .scalar(let text, let isPlain):
      return (isPlain ? try resolve(text, event) : .string(text), place)
    case .sequenceStart:
      var elements: [JSONValue] = []
      while true {
        let next = try events.next()
        if case .end = next.kind { return (.array(elements), place) }
        let (element, at) = try compose(next, depth: depth + 1)
        elements.append(element)
        place.children.append(at)
      }
    case .mappingStart:
      var object = JSONObject()
      while true {
        let key = try events.next()
        if case .end = key.kind { return (.object(object), place) }
        let text = try self.key(key, in: object)
        var (value, at) = try compose(events.next(), depth: depth + 1)
        (at.line, at.column) = (key.line, key.column)
        object[text] = value
        place.children.append(at)
      }
    default: throw error(event, "a value was expected here")
    }
  }

  private func key(_ event: YAMLEvent, in object: JSONObject) throws(DocumentError) -> String {
    guard case .scalar(let text, _) = event.kind else {
      throw error(event, "a key must be text, not a list or a mapping")
    }
    guard !text.isEmpty else { throw error(event, "a key is missing before ':'") }
    guard object[text] == nil else { throw error(event, "'\(text)' is written twice in the same mapping") }
    return text
  }

  private func resolve(_ text: String, _ event: YAMLEvent) throws(DocumentError) -> JSONValue {
    do throws(JSONError) {
      return try CoreSchema.value(of: text)
    } catch {
      throw self.error(event, error.message)
    }
  }

  private func error(_ event: YAMLEvent, _ message: String) -> DocumentError {
    DocumentError(file: name, line: event.line, column: event.column, message)
  }
}
