import Judging
import Wire

/// How likely each answer was in one place of a reply.
///
/// What is counted for an answer is the probability that the judge's text, from the end of the marker on, comes to a point
/// where of all answers only this one is still possible: `8` on a scale from 1 to 10, `par` for `partly`. The written tokens
/// are followed until they come to such a point; at each of them, every alternative that does so counts with the product of
/// the probabilities of the written tokens before it and its own. Not counted, and so missing from the mass, are
///
/// - alternatives that can still become several answers (`1` of 1 and 10) and were not written, so that nothing is known of
///   what follows;
/// - alternatives that can become no answer, and tokens that the judge did not report.
///
/// Where the first token of the answer also holds the end of the marker (`[[A`), alternatives that do not are left out, and
/// the others count as shares of what remains: the verdict stands here, the question is which.
struct AnswerWalk {
  /// By number of the answer.
  private(set) var chances: [Double]
  /// The largest part of what can still become several answers, and its text.
  private(set) var undecided: (text: String, probability: Double)?
  /// Whether the tokens end before they tell the written answer from others.
  private(set) var endsEarly = false

  /// No answer is longer, in bytes, with what stands before it: a judge that writes white space for ever is not followed.
  private static let longest = 512

  private let stream: TokenStream
  private let spelling: AnswerSpelling

  /// Follows the answer that stands at `range` of the stream's bytes and was read as the answer with the number `said`.
  init(_ stream: TokenStream, at range: Range<Int>, _ spelling: AnswerSpelling, said: Int) throws(Unscored) {
    self.stream = stream
    self.spelling = spelling
    chances = Array(repeating: 0, count: spelling.count)
    try follow(range, said)
  }

  /// 0...1.
  var mass: Double { min(1, chances.reduce(0, +)) }

  private mutating func follow(_ range: Range<Int>, _ said: Int) throws(Unscored) {
    guard var token = stream.token(at: range.lowerBound) else {
      endsEarly = true
      return
    }
    var marker = Array(stream.tokens[token].text.utf8.prefix(range.lowerBound - stream.range(of: token).lowerBound))
    var written = ""
    var reach = 1.0
    while token < stream.tokens.count, written.utf8.count <= Self.longest {
      let place = try TokenChances(stream.tokens[token])
      let others = place.others.compactMap { other in
        other.text.utf8.starts(with: marker)
          ? (text: behind(marker, other.text), probability: other.probability) : nil
      }
      if !marker.isEmpty {
        let share = place.share(startingWith: marker)
        // Nothing is known of a verdict here when everything that was given goes on otherwise.
        reach = share > 0 ? 1 / share : 0
      }
      for other in others { count(written + other.text, reach * other.probability) }
      written += behind(marker, stream.tokens[token].text)
      reach *= place.chosen
      if case .answer(let answer) = spelling.read(written) {
        guard answer == said else { throw LogprobReader.unaligned }
        chances[answer] += reach
        return
      }
      // A spelling that is not foreseen, such as 08: what the reader made of it is known once it is complete.
      if stream.range(of: token).upperBound > range.upperBound {
        chances[said] += reach
        return
      }
      marker = []
      token += 1
    }
    endsEarly = token == stream.tokens.count
    note(written, reach)
  }

  private func behind(_ marker: [UInt8], _ text: String) -> String {
    marker.isEmpty ? text : String(decoding: text.utf8.dropFirst(marker.count), as: UTF8.self)
  }

  private mutating func count(_ written: String, _ probability: Double) {
    switch spelling.read(written) {
    case .answer(let answer): chances[answer] += probability
    case .open: note(written, probability)
    case .nothing: break
    }
  }

  private mutating func note(_ text: String, _ probability: Double) {
    if probability > undecided?.probability ?? 0 { undecided = (text, probability) }
  }
}

extension TokenChances {
  /// How much is left when the alternatives are taken away that do not begin with `marker`, nor are the beginning of it.
  fileprivate func share(startingWith marker: [UInt8]) -> Double {
    let rest = others.reduce(1.0) { rest, other in
      other.text.utf8.starts(with: marker) || marker.starts(with: other.text.utf8) ? rest : rest - other.probability
    }
    return max(rest, chosen + others.reduce(0) { $0 + ($1.text.utf8.starts(with: marker) ? $1.probability : 0) })
  }
}
