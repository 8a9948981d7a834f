import JSON
import PluginKit

/// What a reply may hold once its reasoning is over, in llama.cpp's notation of grammars (GBNF), made of the shape that the rubric
/// expects (`JudgeCall.answerShape`): the same source as the wording of the prompt and the parser.
struct AnswerGrammar: Sendable, Equatable {
  /// What every answer of this shape begins with, blanks aside: `<answer>`, `[[`, `[RESULT] `, `{`.
  let start: String
  private let rest: String

  /// Throws for a shape that is not known: an answer that is not held is worse than an error.
  init(_ shape: JSONValue) throws(PluginError) {
    let pattern = shape["pattern"]?.string ?? ""
    switch pattern {
    case "answer-tags":
      start = "<answer>"
      rest = try Self.tags(shape)
    case "bracketed":
      start = "[["
      rest = try Self.one(shape) + #" "]]""#
    case "result":
      start = "[RESULT] "
      rest = try Self.one(shape)
    case "json":
      guard let schema = shape["schema"] else { throw Self.error("no schema") }
      let whole = try GrammarRule(schema: schema).text
      let brace = GrammarRule.literal("{")
      guard whole.hasPrefix(brace) else { throw Self.error("a schema of no object") }
      start = "{"
      rest = String(whole.dropFirst(brace.count))
    default:
      throw Self.error("the pattern '\(pattern)'; accepted: answer-tags, bracketed, result, json")
    }
  }

  /// The rules for what follows the reasoning, of which `written` stands there already. If that is the beginning of an answer, the
  /// rules go on from there; anything else is passed over.
  func rules(after written: String) -> String {
    let begun = written.drop { $0.isWhitespace }
    let isBegun = !begun.isEmpty && start.hasPrefix(begun)
    let lead = isBegun ? String(start.dropFirst(begun.count)) : start
    // Blanks are let through, and not without end.
    let blank = isBegun ? "" : #"[ \n]{0,4} "#
    return "root ::= \(blank)\(lead.isEmpty ? "" : GrammarRule.literal(lead)) \(rest)\n" + GrammarRule.shared
  }

  private static func error(_ what: String) -> PluginError {
    PluginError(.invalidInput, "grammar: the call's answer shape has \(what)")
  }

  /// Between two elements there may be a blank or a comma, and nothing that the parser could take for something else.
  private static func tags(_ shape: JSONValue) throws(PluginError) -> String {
    let responses = shape["responses"]?.int ?? 1
    guard (1...1024).contains(responses) else { throw error("\(responses) responses") }
    var scales: [String] = []
    for question in shape["questions"]?.array ?? [] { scales.append(try answer(question)) }
    guard !scales.isEmpty else { throw error("no questions") }
    let elements = (0..<responses).flatMap { _ in scales.map { #"\#($0) "</answer>""# } }
    return elements.joined(separator: #" [ \n,]{0,2} "<answer>" "#)
  }

  /// The one verdict, or the one score.
  private static func one(_ shape: JSONValue) throws(PluginError) -> String {
    if let verdicts = shape["verdicts"]?.array {
      let texts = verdicts.compactMap(\.string)
      guard !texts.isEmpty, texts.count == verdicts.count else { throw error("verdicts that are no texts") }
      return GrammarRule.choice(texts)
    }
    guard let questions = shape["questions"]?.array, questions.count == 1 else { throw error("not one question") }
    return try answer(questions[0])
  }

  private static func answer(_ question: JSONValue) throws(PluginError) -> String {
    guard let schema = question["answer"] else { throw error("a question without its scale") }
    // As it is written in a text: labels have no quotes.
    let choices = schema["enum"]?.array ?? []
    let labels = choices.compactMap(\.string)
    if !labels.isEmpty, labels.count == choices.count { return GrammarRule.choice(labels) }
    return try GrammarRule(schema: schema).text
  }
}
