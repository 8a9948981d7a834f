/// Writes values as JSON text: doubles in the shortest form that reads back equal (jansson's 17 digits turn 0.1 into
/// 0.10000000000000001), keys in their own order, nothing escaped that need not be.
public enum JSONWriter {
  /// One line without spaces. Throws for NaN and infinities, which JSON cannot express, naming their path.
  public static func compact(_ value: JSONValue) throws(JSONError) -> String {
    String(decoding: try bytes(value), as: UTF8.self)
  }

  /// The compact text as UTF-8, for files and sockets.
  public static func bytes(_ value: JSONValue) throws(JSONError) -> [UInt8] { try write(value, indent: nil) }

  /// The compact text at the end of `bytes`. Where it throws, `bytes` are as they were.
  public static func append(_ value: JSONValue, to bytes: inout [UInt8]) throws(JSONError) {
    let count = bytes.count
    var writer = Writer(indent: nil, after: bytes)
    bytes = []
    writer.write(value)
    bytes = writer.bytes
    writer.bytes = []
    guard writer.isBroken, let error = value.nonFiniteError(at: JSONPath()) else { return }
    bytes.removeLast(bytes.count - count)
    throw error
  }

  /// A text with its quotes. Unlike a number, every text can be written.
  public static func quoted(_ text: String) -> String {
    var writer = Writer(indent: nil)
    writer.write(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Indented by two spaces, for people. Throws as ``compact(_:)`` does.
  public static func pretty(_ value: JSONValue) throws(JSONError) -> String {
    String(decoding: try write(value, indent: 0), as: UTF8.self)
  }

  private static func write(_ value: JSONValue, indent: Int?) throws(JSONError) -> [UInt8] {
    var writer = Writer(indent: indent)
    writer.write(value)
    if writer.isBroken, let error = value.nonFiniteError(at: JSONPath()) { throw error }
    return writer.bytes
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

extension JSONValue {
  /// The error for the first number that JSON cannot express. Only looked for once one was met.
  fileprivate func nonFiniteError(at path: JSONPath) -> JSONError? {
    switch self {
    case .number(let number) where !number.isFinite:
      return JSONError("\(number) cannot be written as JSON", path: path.description)
    case .array(let values):
      for (at, value) in values.enumerated() {
        if let error = value.nonFiniteError(at: path[at]) { return error }
      }
    case .object(let object):
      for member in object.members {
        if let error = member.value.nonFiniteError(at: path[member.key]) { return error }
      }
    default: break
    }
    return nil
  }
}

private struct Writer {
  var bytes: [UInt8] = []
  /// Whether a number was met that JSON cannot express.
  var isBroken = false
  private var indent: Int?

  init(indent: Int?, after bytes: [UInt8] = []) {
    self.indent = indent
    self.bytes = bytes
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: add("null")
    case .bool(let flag): add(flag ? "true" : "false")
    case .int(let number): add(String(number))
    case .number(let number):
      isBroken = isBroken || !number.isFinite
      add(number.description)
    case .string(let string): write(string)
    case .array(let values):
      container("[", "]", count: values.count) { $0.write(values[$1]) }
    case .object(let object):
      if indent == nil, let text = object.compactText {
        bytes += text
        return
      }
      container("{", "}", count: object.count) { writer, at in
        let member = object.members[at]
        writer.write(member.key)
        writer.bytes.append(UInt8(ascii: ":"))
        if writer.indent != nil { writer.bytes.append(UInt8(ascii: " ")) }
        writer.write(member.value)
      }
    }
  }

  private mutating func container(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, count: Int, element: (inout Writer, Int) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    let outer = indent
    indent = outer.map { $0 + 2 }
    for at in 0..<count {
      if at > 0 { bytes.append(UInt8(ascii: ",")) }
      newline()
      element(&self, at)
    }
    indent = outer
    if count > 0 { newline() }
    bytes.append(UInt8(ascii: close))
  }

  private mutating func newline() {
    guard let indent else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes += repeatElement(UInt8(ascii: " "), count: indent)
  }

  private mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { text in
      var plainFrom = 0
      for at in 0..<text.count where text[at] < 0x20 || text[at] == 0x22 || text[at] == 0x5C {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plainFrom..<at]))
        add(Self.escape(text[at]))
        plainFrom = at + 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[plainFrom...]))
    }
    bytes.append(UInt8(ascii: "\""))
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
