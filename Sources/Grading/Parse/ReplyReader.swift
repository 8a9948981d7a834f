public import Judging
public import Rubrics
public import Wire

/// Stage *parse*: a judge's reply to a verdict, or the reason why there is none.
///
/// Only what follows the last `</think>` can hold a verdict (the opening tag may be missing, or the reasoning may come
/// apart from the text). Of several verdicts of the right shape the last one counts; one that the judge merely quotes
/// from a candidate does not. Nothing is evaluated, repaired or guessed.
public struct ReplyReader: Sendable {
  /// What the call asked for.
  public let shape: AnswerShape
  /// The texts that were shown to the judge and may hold verdicts of their own.
  private let shown: ShownText

  /// A reader for one call; `shown` are the texts of prompt, reference and responses.
  public init(_ shape: AnswerShape, shown: [String] = []) {
    self.shape = shape
    self.shown = ShownText(
      shown, isWholeVerdict: shape.pattern != .answerTags || shape.count == 1, blocksQuote: shape.pattern != .json)
  }

  /// Name and version of the parser, for provenance. The version changes when any reply would be read differently.
  public var identity: String { "\(shape.pattern.rawValue)@1" }

  /// Reads a reply.
  public func read(_ reply: JudgeReply) -> Result<PlacedVerdict, Unscored> {
    switch reply.finish {
    case .length:
      return .failure(Unscored(.truncated, "the judge ran out of tokens before it finished; raise max_tokens"))
    case .refused: return .failure(Unscored(.refused, "the judge, or a filter before it, declined to answer"))
    case .stop, nil: break
    }
    guard let answer = FinalAnswer(reply) else { return .failure(Unscored(.unparsed, FinalAnswer.unended)) }
    let outcome = read(Self.tail(of: answer.text), reasoned: answer.followsReasoning)
    if case .failure(let unscored) = outcome, unscored.reason == .unparsed, Refusal.opens(answer.text) {
      return .failure(Unscored(.refused, "the judge declined: \(Excerpt.of(answer.text))"))
    }
    return outcome
  }

  /// Limits of what is searched: a verdict stands at the end, and a reply of many megabytes must not cost more than a long one.
  private static let maxAnswerBytes = 256 << 10
  private static let maxOccurrences = 64

  private static func tail(of text: String) -> String {
    guard text.utf8.count > maxAnswerBytes, let last = text.utf8.lastIndex(where: { $0 > 0x20 }) else { return text }
    return String(decoding: text.utf8[...last].suffix(maxAnswerBytes), as: UTF8.self)
  }

  private func read(_ text: String, reasoned: Bool) -> Result<PlacedVerdict, Unscored> {
    let candidates = occurrences(in: text).suffix(Self.maxOccurrences + shape.count)
    let own = shown.own(candidates, in: text, reasoned: reasoned)
    switch shape.pattern {
    case .answerTags: return AnswerTags(shape).read(own, in: text)
    case .bracketed, .result: return single(own, in: text)
    case .json: return JSONAnswer(shape).read(own)
    }
  }

  private func occurrences(in text: String) -> [Occurrence] {
    switch shape.pattern {
    case .answerTags: AnswerTags.occurrences(in: text)
    case .bracketed: Bracketed.occurrences(in: text)
    case .result: ResultMarker.occurrences(in: text)
    case .json: JSONAnswer.occurrences(in: text)
    }
  }

  /// For patterns with one token in a reply: the last that has the right shape.
  private func single(_ own: [Occurrence], in text: String) -> Result<PlacedVerdict, Unscored> {
    own.compactMap { SingleToken(shape).read($0.token) }.last
      ?? .failure(Unscored(.unparsed, "no verdict of the form \(example) in: \(Excerpt.ofEnd(text))"))
  }

  private var example: String {
    let token = shape.isComparison ? "A" : "number"
    return shape.pattern == .bracketed ? "[[\(token)]]" : "[RESULT] \(token)"
  }
}

/// A verdict by place: what the judge said of the response it saw first, second, …
public enum PlacedVerdict: Sendable, Hashable {
  /// For every place, one number per question.
  case scores([[Double]])
  case pair(PairVerdict)
}

/// Something in a reply that may be a verdict.
struct Occurrence {
  /// Where it stands, marker included.
  let range: Range<String.Index>
  /// What it says, without the marker.
  let token: Substring
}

/// Short pieces of replies for messages.
enum Excerpt {
  private static let limit = 80

  static func of(_ text: String) -> String { quoted(text.prefix(limit), cut: text.count > limit) }

  static func ofEnd(_ text: String) -> String {
    (text.count > limit ? "…" : "") + quoted(text.suffix(limit), cut: false)
  }

  private static func quoted(_ text: Substring, cut: Bool) -> String {
    let oneLine = text.map { $0.isNewline ? " " : String($0) }.joined()
    return "'\(oneLine)'" + (cut ? "…" : "")
  }
}
