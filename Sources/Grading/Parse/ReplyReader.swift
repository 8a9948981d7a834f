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

  /// What the verdict is taken from once it is found.
  public let source: VerdictSource

  /// A reader for one call; `shown` are the texts of prompt, reference and responses.
  public init(_ shape: AnswerShape, shown: [String] = [], from source: VerdictSource = .words) {
    self.shape = shape
    self.source = source
    self.shown = ShownText(
      shown, isWholeVerdict: shape.pattern != .answerTags || shape.count == 1, blocksQuote: shape.pattern != .json)
  }

  /// Name and version of the parser, for provenance. The version changes when any reply would be read differently.
  public var identity: String {
    "\(shape.pattern.rawValue)@1" + (source.kind == .logprobs ? "+\(LogprobReader.identity)" : "")
  }

  /// Reads a reply, and takes the verdict from what the rubric says.
  func verdict(of reply: JudgeReply) -> ReadVerdict {
    let located = locate(reply)
    guard let minMass = source.minMass, case .success(let found) = located else {
      return ReadVerdict(outcome: located.map(\.verdict), evidence: nil)
    }
    return LogprobReader(shape, minMass: minMass).read(found, reply)
  }

  /// Reads the words of a reply.
  public func read(_ reply: JudgeReply) -> Result<PlacedVerdict, Unscored> { locate(reply).map(\.verdict) }

  /// Reads the words of a reply, and says where in it the verdict stands.
  func locate(_ reply: JudgeReply) -> Result<LocatedVerdict, Unscored> {
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

  private func read(_ text: String, reasoned: Bool) -> Result<LocatedVerdict, Unscored> {
    let candidates = occurrences(in: text).suffix(Self.maxOccurrences + shape.count)
    let own = shown.own(candidates, in: text, reasoned: reasoned)
    switch shape.pattern {
    case .answerTags: return AnswerTags(shape).read(own, in: text)
    case .bracketed, .result: return single(own, in: text)
    case .json: return JSONAnswer(shape).read(own, in: text)
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
  private func single(_ own: [Occurrence], in text: String) -> Result<LocatedVerdict, Unscored> {
    let readable = own.compactMap { occurrence in
      SingleToken(shape).read(occurrence.token).map { outcome in
        outcome.map { LocatedVerdict($0, in: text, from: occurrence, answers: [occurrence.answer]) }
      }
    }
    return readable.last
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
  /// How likely the first, the second and neither is called the better one; sums to 1.
  case chances([Double])
}

/// A verdict and where it stands.
struct LocatedVerdict {
  let verdict: PlacedVerdict
  /// The part of the reply that can hold a verdict, down to its end.
  let text: String
  /// Where the markers of the verdict begin in `text`.
  let start: String.Index
  /// Where each answer stands in `text`, from the end of the marker before it.
  let answers: [Range<String.Index>]

  init(_ verdict: PlacedVerdict, in text: String, from first: Occurrence, answers: [Range<String.Index>]) {
    self.verdict = verdict
    self.text = text
    start = first.range.lowerBound
    self.answers = answers
  }
}

/// Something in a reply that may be a verdict.
struct Occurrence {
  /// Where it stands, marker included.
  let range: Range<String.Index>
  /// What it says, without the marker.
  let token: Substring
  /// Where what it says stands, with all that lies between the marker and it.
  let answer: Range<String.Index>

  /// `answerStart` where something the reader passes over stands between the marker and the token.
  init(range: Range<String.Index>, token: Substring, answerStart: String.Index? = nil) {
    self.range = range
    self.token = token
    answer = (answerStart ?? token.startIndex)..<token.endIndex
  }
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
