import Rubrics
import Wire

/// Pattern `answer-tags`: `<answer>8</answer>`, one for each response and question, in order.
struct AnswerTags {
  private let shape: AnswerShape

  init(_ shape: AnswerShape) { self.shape = shape }

  private static let open = "<answer>"
  private static let close = "</answer>"

  static func occurrences(in text: String) -> [Occurrence] {
    var found: [Occurrence] = []
    let opens = Scan.ranges(of: open, in: text[...])
    for (number, start) in opens.enumerated() {
      let limit = number + 1 < opens.count ? opens[number + 1].lowerBound : text.endIndex
      let inside = text[start.upperBound..<limit]
      if let end = Scan.ranges(of: close, in: inside).first {
        found.append(
          Occurrence(range: start.lowerBound..<end.upperBound, token: text[start.upperBound..<end.lowerBound]))
      } else if limit == text.endIndex, inside.utf8.count <= 32, !inside.allSatisfy(\.isWhitespace) {
        // Flex-Judge stops at "</answer>", which the server then leaves out of the text.
        found.append(Occurrence(range: start.lowerBound..<limit, token: inside))
      }
    }
    return found
  }

  func read(_ own: [Occurrence], in text: String) -> Result<LocatedVerdict, Unscored> {
    guard !own.isEmpty else {
      return .failure(Unscored(.unparsed, "no <answer>…</answer> after the reasoning in: \(Excerpt.ofEnd(text))"))
    }
    let run = lastRun(own, in: text)
    let chosen = run.count != shape.count && own.count == shape.count ? own : run
    guard chosen.count == shape.count else {
      return .failure(Unscored(.wrongCount, "expected \(shape.count) <answer> elements, found \(chosen.count)"))
    }
    return PlacedVerdict.scores(chosen.map(\.token), shape).map {
      LocatedVerdict($0, in: text, from: chosen[0], answers: chosen.map(\.answer))
    }
  }

  /// The last answers that follow one another with nothing between them but labels: an earlier draft does not count.
  private func lastRun(_ own: [Occurrence], in text: String) -> [Occurrence] {
    var run: [Occurrence] = []
    for occurrence in own.reversed() {
      if let next = run.last, !isLabel(text[occurrence.range.upperBound..<next.range.lowerBound]) { break }
      run.append(occurrence)
    }
    return run.reversed()
  }

  /// `, `, `\nB: `, `2. `, `- clarity: `: names of responses and questions, numbers and punctuation.
  private func isLabel(_ gap: Substring) -> Bool {
    guard gap.utf8.count <= 120 else { return false }
    let known = Set(shape.questions.flatMap { Self.words($0.name[...]) } + Self.fillers)
    return Self.words(gap).allSatisfy { known.contains($0) || Int($0) != nil }
  }

  private static let fillers = ["a", "b", "and", "response", "answer", "assistant", "candidate", "score", "for"]

  private static func words(_ text: Substring) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }
}

extension PlacedVerdict {
  /// Tokens, response by response and within one question by question, as values of their scales.
  static func scores(_ tokens: [Substring], _ shape: AnswerShape) -> Result<PlacedVerdict, Unscored> {
    var values: [Double] = []
    for (place, token) in tokens.enumerated() {
      switch shape.question(at: place).scale.value(of: token) {
      case .success(let value): values.append(value)
      case .failure(let misfit): return .failure(misfit.unscored(token, shape.question(at: place)))
      }
    }
    return .success(.scores(by: values, shape))
  }

  static func scores(by values: [Double], _ shape: AnswerShape) -> PlacedVerdict {
    let width = shape.questions.count
    return .scores((0..<shape.responses).map { Array(values[$0 * width..<($0 + 1) * width]) })
  }
}

extension Scale.Misfit {
  /// The outcome for an answer that is not on the scale, naming what was said and what is accepted.
  func unscored(_ token: some StringProtocol, _ question: AnswerShape.Question) -> Unscored {
    let said = Excerpt.of(String(token))
    let range = "\(question.name) goes from \(question.scale.minimum) to \(question.scale.maximum)"
    switch self {
    case .notAnAnswer: return Unscored(.unparsed, "\(said) is not an answer on the scale; \(range)")
    case .outOfRange: return Unscored(.outOfRange, "\(said) is off the scale; \(range)")
    case .offStep: return Unscored(.outOfRange, "\(said) lies between two steps of the scale; \(range)")
    }
  }
}
