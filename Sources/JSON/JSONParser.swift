internal import CJansson

/// Strict JSON (RFC 8259): duplicate keys, trailing bytes, NUL characters, invalid UTF-8 and integers beyond 64 bits are
/// errors. Any value may stand at the top level. Nesting deeper than 2,048 is refused. What is beyond doubt is read by
/// ``QuickReader``; all else, and every error, is jansson's.
public enum JSONParser {
  /// Parses `text`.
  public static func parse(_ text: String) throws(JSONError) -> JSONValue {
    var text = text
    let result = text.withUTF8 { bytes in Result { () throws(JSONError) in try parse(UnsafeRawBufferPointer(bytes)) } }
    return try result.get()
  }

  /// Parses UTF-8 bytes.
  public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    let result = bytes.withUnsafeBytes { raw in Result { () throws(JSONError) in try parse(raw) } }
    return try result.get()
  }

  /// Parses UTF-8 bytes that stay valid for the length of the call.
  public static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSONValue {
    guard let start = bytes.baseAddress, !bytes.isEmpty else {
      throw JSONError("the text is empty", line: 1, column: 1)
    }
    if let value = QuickReader.read(bytes.bindMemory(to: UInt8.self)) { return value }
    return try parseWithJansson(start, bytes.count)
  }

  /// The whole grammar, and the words for what is not JSON.
  static func parseWithJansson(_ start: UnsafeRawPointer, _ count: Int) throws(JSONError) -> JSONValue {
    var error = json_error_t()
    let flags = Int(JSON_REJECT_DUPLICATES) | Int(JSON_DECODE_ANY)
    guard let root = json_loadb(start.assumingMemoryBound(to: CChar.self), count, flags, &error) else {
      throw syntaxError(&error)
    }
    defer { json_decref(root) }
    return convert(root)
  }

  private static func syntaxError(_ error: inout json_error_t) -> JSONError {
    let message = withUnsafeBytes(of: &error.text) { raw in
      String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    return JSONError(inOurWords(message), line: max(Int(error.line), 1), column: max(Int(error.column), 1))
  }

  /// jansson names the flag that would allow a NUL; who wrote the text has no flags.
  private static func inOurWords(_ message: String) -> String {
    let theirs = "\\u0000 is not allowed without JSON_ALLOW_NUL"
    guard message.hasPrefix(theirs) else { return message }
    return "the character \\u0000 is not allowed" + message.dropFirst(theirs.count)
  }

  private static func convert(_ node: UnsafeMutablePointer<json_t>) -> JSONValue {
    switch node.pointee.type {
    case JSON_OBJECT: .object(convertObject(node))
    case JSON_ARRAY: .array((0..<json_array_size(node)).compactMap { json_array_get(node, $0).map(convert) })
    case JSON_STRING: .string(string(json_string_value(node), json_string_length(node)))
    case JSON_INTEGER: .int(Int64(json_integer_value(node)))
    case JSON_REAL: .number(json_real_value(node))
    case JSON_TRUE: .bool(true)
    case JSON_FALSE: .bool(false)
    default: .null
    }
  }

  private static func convertObject(_ node: UnsafeMutablePointer<json_t>) -> JSONObject {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(json_object_size(node))
    var iterator = json_object_iter(node)
    while let at = iterator {
      if let key = json_object_iter_key(at), let value = json_object_iter_value(at) {
        members.append(.init(key: String(cString: key), value: convert(value)))
      }
      iterator = json_object_iter_next(node, at)
    }
    return JSONObject(uniqueMembers: members)
  }

  private static func string(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
    guard let start else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }
}
