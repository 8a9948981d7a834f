import Configuration
import JSON

/// Limits that hold for every value of a request, wherever it stands.
struct RequestLimits: Sendable {
  let maxDepth: Int
  let maxStringBytes: Int

  init(_ limits: ServeLimits) {
    maxDepth = limits.maxDepth
    maxStringBytes = limits.maxStringBytes
  }

  /// The body as JSON, within the limits.
  func parse(_ body: [UInt8]) throws(Fault) -> JSONValue {
    let value = try Fault.reading { () throws(JSONError) in try JSONParser.parse(body) }
    // Where it is wrong is found out only when it is: paths cost more than the look itself.
    if !isFine(value, depth: 1) { try check(value, at: JSONPath(), depth: 1) }
    return value
  }

  private func isFine(_ value: JSONValue, depth: Int) -> Bool {
    switch value {
    case .null, .bool, .int, .number: true
    case .string(let text): text.utf8.count <= maxStringBytes
    case .array(let values): depth <= maxDepth && values.allSatisfy { isFine($0, depth: depth + 1) }
    case .object(let object): depth <= maxDepth && object.members.allSatisfy { isFine($0.value, depth: depth + 1) }
    }
  }

  private func check(_ value: JSONValue, at path: JSONPath, depth: Int) throws(Fault) {
    switch value {
    case .null, .bool, .int, .number: return
    case .string(let text): try check(text, at: path)
    case .array(let values):
      try checkDepth(depth, at: path)
      for (index, element) in values.enumerated() { try check(element, at: path[index], depth: depth + 1) }
    case .object(let object):
      try checkDepth(depth, at: path)
      for member in object.members { try check(member.value, at: path[member.key], depth: depth + 1) }
    }
  }

  private func checkDepth(_ depth: Int, at path: JSONPath) throws(Fault) {
    guard depth > maxDepth else { return }
    throw Fault(
      .tooLarge, "values lie within values more than \(maxDepth) deep; max_depth is \(maxDepth)", path: "\(path)")
  }

  /// Media in text form (a data URL, the data of a sound) are limited by `max_input_bytes` when they are decoded; a text that only
  /// begins like one, where no media are read, is a text.
  private func check(_ text: String, at path: JSONPath) throws(Fault) {
    let count = text.utf8.count
    guard count > maxStringBytes, !isMedia(text, at: path) else { return }
    throw Fault(.tooLarge, "the text has \(count) bytes; max_string_bytes is \(maxStringBytes)", path: "\(path)")
  }

  private func isMedia(_ text: String, at path: JSONPath) -> Bool {
    let path = path.description
    if path.hasSuffix("input_audio.data") { return true }
    return WireMedia.isWithIt(text)
      && path.firstMatch(of: /(^|[._])url$|(^|\.)(images|videos|audios)\[[0-9]+\]$/) != nil
  }
}
