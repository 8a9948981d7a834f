import Calibration
import Grading
public import Judging
public import Rubrics
import Wire

/// Somebody who solves tasks: a model, or an agent behind the same interface.
public struct Solver: Sendable {
  let model: any Judge
  let sampling: SamplingSettings

  /// - Throws: ``AuditError`` for a judge that gives numbers.
  public init(_ model: any Judge, sampling: SamplingSettings = SamplingSettings()) throws(AuditError) {
    guard model.description.kind == .generative else {
      throw AuditError("the solver '\(model.description.name)' gives numbers; a solver has to answer in words")
    }
    (self.model, self.sampling) = (model, sampling)
  }

  /// A judge in the place of a solver, for a bench that has made sure that it answers in words.
  init(described model: any Judge, sampling: SamplingSettings) throws(Unscored) {
    do throws(AuditError) { try self.init(model, sampling: sampling) } catch {
      throw Unscored(.invalidInput, error.description)
    }
  }

  /// The only question of a conversation with a solver.
  static let thread = Exchange.Thread(response: nil, order: [0], sample: 0, criterion: nil)

  /// What a solver is asked besides the question itself.
  static let form = """
    Think as long as you need. End with your answer alone on the last line, as short as it can be, in this form:
    Answer: …
    """

  /// The call for an answer to the item's prompt, after what has been said about earlier ones.
  func call(
    _ item: AuditItem, _ id: String, after exchanges: [Exchange], form: String = Solver.form, seed: UInt64,
    timeoutMilliseconds: Int?
  ) -> JudgeCall {
    let question = [item.item.prompt?.text ?? "", form].filter { !$0.isEmpty }.joined(separator: "\n\n")
    var turns: [(role: JudgeMessage.Role, text: String)] = [(.user, question)]
    for exchange in exchanges {
      turns.append((.assistant, exchange.replies[Self.thread] ?? ""))
      turns.append((.user, exchange.remark))
    }
    let digest = Digest.sha256(turns.map { "\($0.role.rawValue):\($0.text.utf8.count):\($0.text)" }.joined())
    return JudgeCall(
      key: CallKey(item: id, order: [0]), messages: turns.map { JudgeMessage($0.role, [.text($0.text)]) },
      sampling: Sampling(
        temperature: sampling.temperature, topP: sampling.topP, maxTokens: sampling.maxTokens,
        stop: sampling.stop ?? [],
        seed: Digest.seed("solver", String(seed), id) >> 33), promptDigest: digest,
      timeoutMilliseconds: timeoutMilliseconds)
  }

  /// What a reply answers. One without a line in the form is unscored: that is neither right nor wrong.
  static func outcome(_ reply: JudgeReply) -> Outcome {
    guard let answer = answer(in: reply.text) else {
      return .unscored(.unparsed, "the reply does not end in a line 'Answer: …'")
    }
    return .read(Reading(decision: .answers(answer), scores: [], confidence: nil))
  }

  /// The answer of the last line that gives one, in the form in which answers are compared.
  static func answer(in text: String) -> String? {
    let shown = text.split(separator: "</think>", omittingEmptySubsequences: false).last ?? ""
    for line in shown.split(whereSeparator: \.isNewline).reversed() {
      let plain = line.filter { !"*_`#".contains($0) }.drop(while: \.isWhitespace)
      guard plain.lowercased().hasPrefix("answer:") else { continue }
      let answer = AnswerText.normal(String(plain.dropFirst("answer:".count)))
      return answer.isEmpty ? nil : answer
    }
    return nil
  }
}

/// Short answers, so that they can be compared: without quotes, units of space and the stop at their end, in small letters, and numbers
/// as numbers are written.
enum AnswerText {
  static func normal(_ text: String) -> String {
    let edges: Set<Character> = [" ", "\t", "\n", "\r", "\"", "'", "“", "”", ".", ",", ";", "!", "$", "\\", "(", ")"]
    var trimmed = Substring(text.lowercased())
    while let first = trimmed.first, edges.contains(first) { trimmed.removeFirst() }
    while let last = trimmed.last, edges.contains(last) { trimmed.removeLast() }
    let words = trimmed.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let digits = words.filter { $0 != "," }
    if digits.allSatisfy({ $0.isASCII && ($0.isNumber || ".-+".contains($0)) }), let number = Double(digits),
      number.isFinite
    {
      return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    }
    return words
  }
}

extension AuditItem {
  /// The right answer as answers are compared: `answer`, else a reference that is as short as one.
  var rightAnswer: Decision? {
    if let answer { return .answers(AnswerText.normal(answer)) }
    guard let text = item.reference?.text, text.utf8.count <= 80, !text.contains(where: \.isNewline) else { return nil }
    let normal = AnswerText.normal(text)
    return normal.isEmpty ? nil : .answers(normal)
  }

  /// A wrong one that looks right.
  var wrongAnswer: Decision? { alternative.map { .answers(AnswerText.normal($0)) } }
}
