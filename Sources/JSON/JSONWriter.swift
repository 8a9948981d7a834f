/// Writes values as JSON text: doubles in the shortest form that reads back equal (jansson's 17 digits turn 0.1 into
/// 0.10000000000000001), keys in their own order, nothing escaped that need not be.
public enum JSONWriter {
  /// One line without spaces. Throws for NaN and infinities, which JSON cannot express, naming their path.
  public static func compact(_ value: JSONValue) throws(JSONError) -> String {
    var writer = Writer(indent: nil)
    try writer.write(value, path: JSONPath())
    return writer.text
  }

  /// Indented by two spaces, for people. Throws as ``compact(_:)`` does.
  public static func pretty(_ value: JSONValue) throws(JSONError) -> String {
    var writer = Writer(indent: 0)
    try writer.write(value, path: JSONPath())
    return writer.text
  }

  /// The compact text with every object's keys in byte order: equal values give equal text, whatever order they were
  /// written in. Digests are taken over it.
  public static func canonical(_ value: JSONValue) throws(JSONError) -> String {
    try compact(value.sortingKeys())
  }
}

extension JSONValue {
  /// The same value with the keys of every object in byte order.
  public func sortingKeys() -> JSONValue {
    switch self {
    case .array(let values): .array(values.map { $0.sortingKeys() })
    case .object(let object):
      .object(
        JSONObject(
          object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { ($0.key, $0.value.sortingKeys()) }))
    default: self
    }
  }
}

private struct Writer {
  var text = ""
  var indent: Int?

  init(indent: Int?) { self.indent = indent }

  mutating func write(_ value: JSONValue, path: JSONPath) throws(JSONError) {
    switch value {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .int(let number): text += String(number)
    case .number(let number):
      guard number.isFinite else { throw JSONError("\(number) cannot be written as JSON", path: path.description) }
      text += number.description
    case .string(let string): write(string)
    case .array(let values):
      try container("[", "]", count: values.count) { (writer, at) throws(JSONError) in
        try writer.write(values[at], path: path[at])
      }
    case .object(let object):
      try container("{", "}", count: object.count) { (writer, at) throws(JSONError) in
        let member = object.members[at]
        writer.write(member.key)
        writer.text += writer.indent == nil ? ":" : ": "
        try writer.write(member.value, path: path[member.key])
      }
    }
  }

  private mutating func container(
    _ open: String, _ close: String, count: Int, element: (inout Writer, Int) throws(JSONError) -> Void
  ) throws(JSONError) {
    text += open
    let outer = indent
    indent = outer.map { $0 + 2 }
    for at in 0..<count {
      if at > 0 { text += "," }
      newline()
      try element(&self, at)
    }
    indent = outer
    if count > 0 { newline() }
    text += close
  }

  private mutating func newline() {
    if let indent { text += "\n" + String(repeating: " ", count: indent) }
  }

  private mutating func write(_ string: String) {
    text += "\""
    var plainFrom = string.utf8.startIndex
    let bytes = string.utf8
    var at = plainFrom
    while at < bytes.endIndex {
      let byte = bytes[at]
      let next = bytes.index(after: at)
      if byte < 0x20 || byte == 0x22 || byte == 0x5C {
        text += string[plainFrom..<at]
        text += Self.escape(byte)
        plainFrom = next
      }
      at = next
    }
    text += string[plainFrom...]
    text += "\""
  }

  private static func escape(_ byte: UInt8) -> String {
    switch byte {
    case 0x22: "\\\""
    case 0x5C: "\\\\"
    case 0x0A: "\\n"
    case 0x0D: "\\r"
    case 0x09: "\\t"
    default: "\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
