import Judging
import Rubrics
import Wire

/// Takes a verdict that was found in the words of a reply from the log-probabilities of its tokens: expected scores, and how
/// likely each of a pair is called the better one.
struct LogprobReader {
  private let shape: AnswerShape
  private let minMass: Double

  init(_ shape: AnswerShape, minMass: Double) {
    self.shape = shape
    self.minMass = minMass
  }

  /// Name and version, for provenance.
  static let identity = "logprobs@1"

  static let missing = Unscored(
    .judgeError,
    "the judge gave no log-probabilities although they were asked for; make its server give them, or set the judge's option "
      + "'logprobs' to what it serves, or take verdicts from the words (verdict: {from: words})")

  static let unaligned = Unscored(
    .judgeError,
    "the tokens of the reply do not spell its text where the verdict stands, so their log-probabilities say nothing about it"
  )

  /// The verdict at `located` as the tokens of `reply` have it.
  func read(_ located: LocatedVerdict, _ reply: JudgeReply) -> ReadVerdict {
    do throws(Unscored) {
      guard !reply.tokens.isEmpty else { throw Self.missing }
      let walks = try walks(located, TokenStream(reply.tokens))
      let evidence = PlacedEvidence(said: located.verdict, answers: walks.map { $0.0.chances(named: $0.1, shape) })
      return ReadVerdict(outcome: verdict(walks), evidence: evidence)
    } catch {
      return ReadVerdict(outcome: .failure(error), evidence: nil)
    }
  }

  private typealias Walk = (AnswerWalk, AnswerSpelling)

  private func walks(_ located: LocatedVerdict, _ stream: TokenStream) throws(Unscored) -> [Walk] {
    let text = located.text
    guard located.answers.count == shape.count, let alignment = stream.align(text[located.start...]) else {
      throw Self.unaligned
    }
    func offset(_ index: String.Index) -> Int { text.utf8.distance(from: located.start, to: index) }
    var walks: [Walk] = []
    for (number, range) in located.answers.enumerated() {
      guard let spelling = AnswerSpelling(shape, at: number), let said = said(located.verdict, number, spelling) else {
        throw Unscored(.judgeError, "the answers of this scale cannot be told apart by log-probabilities")
      }
      let bytes = alignment.place(of: offset(range.lowerBound)..<offset(range.upperBound))
      walks.append((try AnswerWalk(stream, at: bytes, spelling, said: said), spelling))
    }
    return walks
  }

  /// The number of the answer that the words give at `place`.
  private func said(_ verdict: PlacedVerdict, _ place: Int, _ spelling: AnswerSpelling) -> Int? {
    switch verdict {
    case .scores(let rows):
      spelling.answer(for: rows[place / shape.questions.count][place % shape.questions.count])
    case .pair(let pair): PairVerdict.Winner.allCases.firstIndex(of: pair.winner)
    case .chances: nil
    }
  }

  private func verdict(_ walks: [Walk]) -> Result<PlacedVerdict, Unscored> {
    // Not `mass < minMass`: what is no number must not pass for one.
    for (place, walk) in walks.enumerated() where !(walk.0.mass >= minMass) {
      return .failure(uncovered(walk.0, place))
    }
    if shape.isComparison, let walk = walks.first?.0 {
      let sum = walk.chances.reduce(0, +)
      return .success(.chances(walk.chances.map { $0 / sum }))
    }
    return .success(.scores(by: walks.map { walk, spelling in walk.expectation(spelling) }, shape))
  }

  private func uncovered(_ walk: AnswerWalk, _ place: Int) -> Unscored {
    let response = AnswerShape.responseName(place / shape.questions.count, in: shape.format)
    let what =
      shape.isComparison
      ? "the verdict" : shape.question(at: place).name + (shape.responses > 1 ? " of response \(response)" : "")
    var message =
      "the log-probabilities cover \(Self.shown(walk.mass)) of what the judge might have answered for \(what), less than "
      + "min_mass \(Self.shown(minMass))"
    if walk.endsEarly {
      message += "; the tokens end before the answer does: leave out stop texts that end it"
    } else if let undecided = walk.undecided {
      let text = Excerpt.of(undecided.text)
      message += "; \(Self.shown(undecided.probability)) is on \(text), with which several answers begin"
    } else {
      message += "; ask a judge that gives more alternatives, or lower min_mass"
    }
    return Unscored(.unparsed, message)
  }

  private static func shown(_ share: Double) -> String { "\((share * 1000).rounded(.down) / 1000)" }
}

/// What came of reading a reply: the verdict that counts, and what else is known of it.
struct ReadVerdict {
  let outcome: Result<PlacedVerdict, Unscored>
  let evidence: PlacedEvidence?
}

/// ``VerdictEvidence`` by place.
struct PlacedEvidence {
  let said: PlacedVerdict
  /// Response by response, and within a response question by question.
  let answers: [PlacedChances]
}

/// The probabilities of the answers in one place, by number of the answer.
struct PlacedChances {
  let chances: [Double]
  /// Names by number; empty for a pair, whose names follow from the order in which it was shown.
  let names: [String]
  let mass: Double
}

extension AnswerWalk {
  fileprivate func chances(named spelling: AnswerSpelling, _ shape: AnswerShape) -> PlacedChances {
    let names = shape.isComparison ? [] : chances.indices.map { chances[$0] > 0 ? spelling.name(of: $0) : "" }
    return PlacedChances(chances: chances, names: names, mass: mass)
  }

  /// The expected value, over what is covered (G-Eval, Liu et al. 2023, eq. 1, with the covered probabilities made to sum to 1).
  fileprivate func expectation(_ spelling: AnswerSpelling) -> Double {
    let sum = chances.reduce(0, +)
    return chances.indices.reduce(0) { $0 + chances[$1] / sum * spelling.value(of: $1) }
  }
}
