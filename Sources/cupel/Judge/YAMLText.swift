import JSON

/// A value as YAML: objects as blocks, all else as JSON, which YAML holds as it is.
enum YAMLText {
  static func lines(_ object: JSONObject, indent: Int = 0) -> [String] {
    let margin = String(repeating: " ", count: indent)
    return object.members.flatMap { member in
      if let inner = member.value.object, !inner.members.isEmpty {
        return ["\(margin)\(word(member.key)):"] + lines(inner, indent: indent + 2)
      }
      return ["\(margin)\(word(member.key)): \(scalar(member.value))"]
    }
  }

  /// A text. What no reader of YAML takes for anything else stays without quotes.
  private static func word(_ text: String) -> String {
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    let isPlain = text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.\/-]*/) != nil && !words.contains(text.lowercased())
    return isPlain ? text : JSONWriter.quoted(text)
  }

  private static func scalar(_ value: JSONValue) -> String { value.string.map(word) ?? json(value) }

  /// The value came from JSON or YAML, so it can be written.
  private static func json(_ value: JSONValue) -> String { (try? JSONWriter.compact(value)) ?? "null" }
}
