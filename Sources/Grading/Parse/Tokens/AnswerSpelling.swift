import JSON
import Rubrics

/// How the answers to one question can be written, to tell from the beginning of a text which of them it can still become.
///
/// A number is spelled in digits with or without a final full stop, `.0` or the maximum behind a slash (`8`, `8.0`, `8/10`), a
/// label in any case; a verdict for a pair in any case and with any white space. Once it is closed, an answer counts in every
/// spelling that the reader takes.
struct AnswerSpelling {
  /// What a text that begins behind the marker can become.
  enum Reading: Equatable {
    /// This answer and no other.
    case answer(Int)
    /// Several answers: what follows decides.
    case open
    /// None.
    case nothing
  }

  private let shape: AnswerShape
  private let question: AnswerShape.Question
  private let values: [Double]
  private let forms: [(spelling: [UInt8], answer: Int)]

  /// For the answer at `place`; nil on a scale whose answers cannot be told apart by their beginnings.
  init?(_ shape: AnswerShape, at place: Int) {
    self.shape = shape
    question = shape.question(at: place)
    if shape.isComparison {
      values = []
      forms = shape.verdicts.map { (Array($0.text.lowercased().utf8), $0.verdict.winner.number) }
    } else {
      guard let answers = question.scale.answers else { return nil }
      values = answers
      forms = Self.forms(of: answers, question.scale)
    }
  }

  private static func forms(of answers: [Double], _ scale: Scale) -> [(spelling: [UInt8], answer: Int)] {
    answers.enumerated().flatMap { number, value in
      let plain = scale.answer(for: value).lowercased()
      let whole = value == value.rounded() ? [plain + ".0"] : []
      let spellings = scale.isNumeric ? [plain, "\(plain)/\(scale.answer(for: scale.maximum))"] + whole : [plain]
      return (spellings + [plain + "."]).map { (Array($0.utf8), number) }
    }
  }

  /// How many answers there are.
  var count: Int { shape.isComparison ? PairVerdict.Winner.allCases.count : values.count }

  /// What the answer with this number is worth.
  func value(of answer: Int) -> Double { values[answer] }

  /// How results name the answer with this number; for a pair the place of the better response.
  func name(of answer: Int) -> String { question.scale.answer(for: values[answer]) }

  /// The number of what the reader made of the words.
  func answer(for value: Double) -> Int? {
    values.indices.min { abs(values[$0] - value) < abs(values[$1] - value) }.flatMap {
      abs(values[$0] - value) < 1e-6 ? $0 : nil
    }
  }

  /// What `written`, all that stands behind the marker so far, can become.
  func read(_ written: String) -> Reading {
    var body = written.drop(while: isPassedOver)
    if body.isEmpty { return .open }
    let isQuoted = shape.pattern == .json && body.first == "\""
    if isQuoted { body.removeFirst() }
    guard let end = body.firstIndex(where: { closes($0, isQuoted) }) else { return beginning(body, isQuoted) }
    guard isClosing(body[end...]) else { return .nothing }
    return closed(body[..<end], isQuoted).map { .answer($0) } ?? .nothing
  }

  private func isPassedOver(_ character: Character) -> Bool {
    shape.pattern == .result
      ? !character.isNewline && (character.isWhitespace || ResultMarker.isBefore(character)) : character.isWhitespace
  }

  private func closes(_ character: Character, _ isQuoted: Bool) -> Bool {
    switch shape.pattern {
    case .answerTags: character == "<"
    case .bracketed: character == "]"
    case .result: character.isNewline
    case .json: isQuoted ? character == "\"" : character.isWhitespace || ",}]".contains(character)
    }
  }

  private func isClosing(_ text: Substring) -> Bool {
    switch shape.pattern {
    case .answerTags: "</answer>".hasPrefix(text) || text.hasPrefix("</answer>")
    case .bracketed: "]]".hasPrefix(text) || text.hasPrefix("]]")
    case .result, .json: true
    }
  }

  /// The answer that a whole text is, as the reader reads it.
  private func closed(_ text: Substring, _ isQuoted: Bool) -> Int? {
    let token = shape.pattern == .result ? ResultMarker.trimmedEnd(text) : text
    if shape.isComparison { return shape.verdict(of: token)?.winner.number }
    if shape.pattern == .json, !isQuoted {
      guard let number = (try? JSONParser.parse("[\(token)]"))?.array?.first?.double else { return nil }
      return (try? question.scale.value(of: number).get()).flatMap(answer(for:))
    }
    return (try? question.scale.value(of: token).get()).flatMap(answer(for:))
  }

  private func beginning(_ text: Substring, _ isQuoted: Bool) -> Reading {
    if shape.pattern == .json, !isQuoted, !question.scale.isNumeric { return .nothing }
    let whole = shape.pattern == .result ? ResultMarker.trimmedEnd(text) : text.trimmed
    let start = folded(text)
    let end = folded(whole)
    var found: Int?
    for form in forms where form.spelling.starts(with: start) || form.spelling == end {
      if let found, found != form.answer { return .open }
      found = form.answer
    }
    return found.map { .answer($0) } ?? .nothing
  }

  private func folded(_ text: Substring) -> [UInt8] {
    let kept = shape.isComparison ? text.filter { !$0.isWhitespace } : String(text)
    return Array(kept.lowercased().utf8)
  }
}

extension PairVerdict.Winner {
  /// A place among the answers: first, second, tie.
  fileprivate var number: Int {
    switch self {
    case .first: 0
    case .second: 1
    case .tie: 2
    }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
