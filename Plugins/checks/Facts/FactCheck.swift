import JSON

/// `fact: {key: duration, min: 9, max: 11}`: a fact of a file of the response, as its decoder gives it (docs/media.md). With `min` or `max`, or
/// where a rule scores it, the fact is a number and the value that number; with `is`, a text or several, the value is 1 where the fact is one of them.
struct FactCheck: Check {
  static let kind = CheckKind("fact", .file) { (arguments) throws(JSONError) in
    let wanted = arguments.argument
    try wanted.allowOnly("key", "min", "max", "is")
    let key = try wanted.require("key")
    guard try !key.string().isEmpty else { throw key.error("is empty; name a fact, such as duration") }
    var texts: [String] = []
    if let reader = wanted["is"] {
      if let other = wanted["min"] ?? wanted["max"] { throw other.error("stands beside 'is', which compares texts") }
      if reader.value.array == nil {
        texts = [try reader.string()]
      } else {
        for element in try reader.array() { texts.append(try element.string()) }
      }
      guard !texts.isEmpty else { throw reader.error("the list is empty; give at least one text") }
    }
    return FactCheck(
      key: try key.string(), bounds: try Bounds.read(min: wanted["min"], max: wanted["max"], in: wanted), texts: texts,
      choice: try FileChoice(arguments))
  }

  private let key: String
  private let bounds: Bounds
  private let texts: [String]
  private let choice: FileChoice

  var scoresItself: Bool { bounds.areGiven || !texts.isEmpty }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let value = try choice.fact(key, subject)
    guard texts.isEmpty else {
      let isOne = texts.contains(value)
      return Measurement(passed: isOne, "\(key) is '\(value)'" + (isOne ? "" : ", not \(Self.list(texts))"))
    }
    guard let number = Double(value), number.isFinite else {
      throw Unscorable("the fact '\(key)' is '\(value)', which is no number; compare it with 'is'")
    }
    return bounds.measure(number, "\(key) is \(value)")
  }

  private static func list(_ texts: [String]) -> String { texts.map { "'\($0)'" }.joined(separator: " or ") }
}
