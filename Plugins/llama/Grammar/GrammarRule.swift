import JSON
import PluginKit

/// The right side of one rule, for what a JSON schema allows. It knows what the schemas of answers have: objects with all their members in
/// order, lists of a fixed length, texts, numbers, and choices.
struct GrammarRule {
  let text: String

  /// Rules that ``text`` may name. `\u` is left out: half of a surrogate pair would be no text, and any character can stand for itself.
  static let shared = ##"""
    string ::= "\"" ( [^"\\\x00-\x1F] | "\\" ["\\/bfnrt] )* "\""
    blank ::= [ \n]{0,8}

    """##

  /// Whole numbers up to so many are listed one by one.
  private static let mostListed = 256

  init(schema: JSONValue) throws(PluginError) {
    if let choices = schema["enum"]?.array {
      text = try Self.values(choices)
      return
    }
    switch schema["type"]?.string {
    case "object": text = try Self.object(schema)
    case "array": text = try Self.list(schema)
    case "string": text = "string"
    case "integer", "number": text = Self.number(schema)
    default:
      throw PluginError(.invalidInput, "grammar: a schema of the type '\(schema["type"]?.string ?? "")' is not known")
    }
  }

  /// A text as it is.
  static func literal(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\r": escaped += "\\r"
      case "\t": escaped += "\\t"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return "\"\(escaped)\""
  }

  /// One of several texts.
  static func choice(_ texts: [String]) -> String { "( \(texts.map(literal).joined(separator: " | ")) )" }

  private static func values(_ choices: [JSONValue]) throws(PluginError) -> String {
    guard !choices.isEmpty else { throw PluginError(.invalidInput, "grammar: an 'enum' without values") }
    do { return choice(try choices.map { try JSONWriter.compact($0) }) } catch {
      throw PluginError(.invalidInput, "grammar: an 'enum' of values that are not JSON: \(error)")
    }
  }

  private static func object(_ schema: JSONValue) throws(PluginError) -> String {
    guard let members = schema["properties"]?.object?.members, !members.isEmpty else {
      throw PluginError(.invalidInput, "grammar: an object without 'properties'")
    }
    var parts: [String] = []
    for member in members {
      let name = literal(JSONWriter.quoted(member.key))
      parts.append(#"blank \#(name) blank ":" blank \#(try GrammarRule(schema: member.value).text)"#)
    }
    return #""{" \#(parts.joined(separator: #" blank "," "#)) blank "}""#
  }

  private static func list(_ schema: JSONValue) throws(PluginError) -> String {
    guard let items = schema["items"], let count = schema["minItems"]?.int, count == schema["maxItems"]?.int,
      (1...1024).contains(count)
    else { throw PluginError(.invalidInput, "grammar: a list without 'items', or not of one length from 1 to 1024") }
    let item = "blank \(try GrammarRule(schema: items).text)"
    return #""[" \#(Array(repeating: item, count: count).joined(separator: #" blank "," "#)) blank "]""#
  }

  /// Digits that can be on the scale; whether the number is, the parser says.
  private static func number(_ schema: JSONValue) -> String {
    let minimum = schema["minimum"]?.double
    let maximum = schema["maximum"]?.double
    let isWhole = schema["type"]?.string == "integer"
    if isWhole, let low = minimum.flatMap(Int.init(exactly:)), let high = maximum.flatMap(Int.init(exactly:)),
      low <= high, high.subtractingReportingOverflow(low).partialValue < mostListed
    {
      return choice((low...high).map(String.init))
    }
    let sign = minimum.map { $0 < 0 } ?? true ? #""-"? "# : ""
    let largest = [minimum, maximum].compactMap { $0.map(abs) }.max() ?? .infinity
    let digits = largest < 1e11 ? String(Int(largest)).count : 12
    let fraction = isWhole ? "" : #" ( "." [0-9]{1,6} )?"#
    return #"\#(sign)( "0" | [1-9] [0-9]{0,\#(digits - 1)} )\#(fraction)"#
  }
}
