import Rubrics
import Wire

/// One token that is the whole verdict: a value of the scale, or which of a pair is better.
struct SingleToken {
  private let shape: AnswerShape

  init(_ shape: AnswerShape) { self.shape = shape }

  /// nil where the token has not the shape of a verdict at all (`[[see note]]`), so that it is passed over.
  func read(_ token: Substring) -> Result<PlacedVerdict, Unscored>? {
    if shape.isComparison { return shape.verdict(of: token).map { .success(.pair($0)) } }
    let question = shape.question(at: 0)
    switch question.scale.value(of: token) {
    case .success(let value): return .success(.scores([[value]]))
    case .failure(.notAnAnswer): return nil
    case .failure(let misfit): return .failure(misfit.unscored(token, question))
    }
  }
}

/// Pattern `bracketed`: `[[7]]`, `[[A>B]]`.
enum Bracketed {
  private static let longest = 64

  static func occurrences(in text: String) -> [Occurrence] {
    Scan.ranges(of: "[[", in: text[...]).compactMap { start in
      let window = text[start.upperBound...].prefix(longest)
      guard let end = Scan.ranges(of: "]]", in: window).first else { return nil }
      return Occurrence(range: start.lowerBound..<end.upperBound, token: text[start.upperBound..<end.lowerBound])
    }
  }
}

/// Pattern `result`: `[RESULT] 4`, `[RESULT]: A`, the token up to the end of the line.
enum ResultMarker {
  static func occurrences(in text: String) -> [Occurrence] {
    Scan.ranges(of: "[RESULT]", in: text[...]).map { marker in
      let lineEnd = text[marker.upperBound...].firstIndex(where: \.isNewline) ?? text.endIndex
      var token = text[marker.upperBound..<lineEnd]
      while let first = token.first, first.isWhitespace || isBefore(first) { token.removeFirst() }
      token = trimmedEnd(token)
      return Occurrence(range: marker.lowerBound..<token.endIndex, token: token, answerStart: marker.upperBound)
    }
  }

  /// Whether a character between the marker and the token is passed over.
  static func isBefore(_ character: Character) -> Bool { ":：*(".contains(character) }

  /// Without what may stand behind a token.
  static func trimmedEnd(_ token: Substring) -> Substring {
    var token = token
    while let last = token.last, last.isWhitespace || "*)`\"".contains(last) { token.removeLast() }
    return token
  }
}
