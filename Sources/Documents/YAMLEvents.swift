import CYAML

/// What libyaml found next.
struct YAMLEvent {
  enum Kind {
    case documentStart, sequenceStart, mappingStart, streamEnd
    /// The end of a sequence, a mapping or the document.
    case end
    /// `isPlain`: without quotes, so that its text may mean a number, a boolean or null.
    case scalar(String, isPlain: Bool)
  }

  let kind: Kind
  /// From 1.
  let line: Int
  /// From 1, in Unicode scalars.
  let column: Int
}

/// The only user of libyaml's parser. It reads from `bytes`, which must stay valid as long as events are asked for.
final class YAMLEvents {
  // On the heap, because libyaml keeps a pointer to the parser in itself.
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let name: String

  init(_ bytes: UnsafeBufferPointer<UInt8>, name: String) {
    self.name = name
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// The next event. Anchors, aliases and tags are refused here.
  func next() throws(DocumentError) -> YAMLEvent {
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
      defer { yaml_event_delete(&event) }
      let line = Int(event.start_mark.line) + 1, column = Int(event.start_mark.column) + 1
      func found(_ kind: YAMLEvent.Kind) -> YAMLEvent { YAMLEvent(kind: kind, line: line, column: column) }
      func refuse(_ message: String) -> DocumentError { DocumentError(file: name, line: line, column: column, message) }
      let anchor = "anchors and aliases (& and *) are not supported; write the value out, or quote it if it is text"

      switch event.type {
      case YAML_STREAM_START_EVENT, YAML_NO_EVENT: continue
      case YAML_STREAM_END_EVENT: return found(.streamEnd)
      case YAML_DOCUMENT_START_EVENT: return found(.documentStart)
      case YAML_ALIAS_EVENT: throw refuse(anchor)
      case YAML_SCALAR_EVENT:
        let scalar = event.data.scalar
        if scalar.anchor != nil { throw refuse(anchor) }
        if let tag = scalar.tag { throw refuse(Self.tagMessage(tag)) }
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        if text.utf8.contains(0) { throw refuse("a NUL character; text cannot hold one") }
        return found(.scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE))
      case YAML_SEQUENCE_START_EVENT:
        if event.data.sequence_start.anchor != nil { throw refuse(anchor) }
        if let tag = event.data.sequence_start.tag { throw refuse(Self.tagMessage(tag)) }
        return found(.sequenceStart)
      case YAML_MAPPING_START_EVENT:
        if event.data.mapping_start.anchor != nil { throw refuse(anchor) }
        if let tag = event.data.mapping_start.tag { throw refuse(Self.tagMessage(tag)) }
        return found(.mappingStart)
      default: return found(.end)
      }
    }
  }

  private static func tagMessage(_ tag: UnsafeMutablePointer<yaml_char_t>) -> String {
    "the tag '\(String(decodingCString: tag, as: UTF8.self))' is not supported; quotes make text, and a value starting with '!' needs them"
  }

  private func syntaxError() -> DocumentError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be parsed"
    let context = parser.pointee.context.map { String(cString: $0) + " " } ?? ""
    guard parser.pointee.error != YAML_READER_ERROR else {
      let read = UnsafeBufferPointer(start: parser.pointee.input.string.start, count: parser.pointee.problem_offset)
      let (line, column) = SourceText.place(in: Array(read)[...])
      return DocumentError(file: name, line: line, column: column, problem)
    }
    // What libyaml says when plain text goes on after a colon: the slip that prose in YAML invites.
    let hint = problem.hasPrefix("mapping values are not allowed") ? "; quote text that holds a colon and a space" : ""
    let mark = parser.pointee.problem_mark
    return DocumentError(file: name, line: Int(mark.line) + 1, column: Int(mark.column) + 1, context + problem + hint)
  }
}
