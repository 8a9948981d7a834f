import Glibc
import JSON

/// How likely each answer to a question was, from log-probabilities, divided by what is known of it.
struct AnswerDistribution {
  /// In the order of the judgment, each above 0; they add up to 1.
  private(set) var chances: [(answer: String, probability: Double)]

  /// Reads `{"mass": …, "probabilities": {"8": 0.69, …}}`; nil where nothing is known.
  init?(_ value: JSONValue) {
    let members = value["probabilities"]?.object?.members ?? []
    let given = members.compactMap { member in member.value.double.map { (member.key, $0) } }.filter { $0.1 > 0 }
    let mass = given.map(\.1).sum
    guard mass > 0, mass.isFinite else { return nil }
    chances = given.map { ($0.0, $0.1 / mass) }
  }

  private init(_ chances: [(String, Double)]) { self.chances = chances }

  /// Each of `parts` counts the same; nil for none.
  static func mixture(_ parts: [AnswerDistribution]) -> AnswerDistribution? {
    guard !parts.isEmpty else { return nil }
    var order: [String] = []
    var sums: [String: Double] = [:]
    for chance in parts.flatMap(\.chances) {
      if sums[chance.answer] == nil { order.append(chance.answer) }
      sums[chance.answer, default: 0] += chance.probability / Double(parts.count)
    }
    return AnswerDistribution(order.map { ($0, sums[$0] ?? 0) })
  }

  /// The probability of the answers for which `isIt`; nil where an answer is a word, of which the judgment does not say what it is worth.
  func probability(_ isIt: (Double) -> Bool) -> Double? { numbers.map { $0.filter { isIt($0.0) }.map(\.1).sum } }

  /// The probability of one answer.
  func probability(of answer: String) -> Double { chances.first { $0.answer == answer }?.probability ?? 0 }

  /// The mean answer.
  var mean: Double? { numbers.map { $0.map { $0.0 * $0.1 }.sum } }

  /// The standard deviation of the answer.
  var deviation: Double? {
    guard let numbers, let mean else { return nil }
    return numbers.map { ($0.0 - mean) * ($0.0 - mean) * $0.1 }.sum.squareRoot()
  }

  /// e^-H.
  var concentration: Double { exp(chances.map { $0.probability * log($0.probability) }.sum) }

  /// Every answer as a number; nil where one is a word.
  var numbers: [(Double, Double)]? {
    let numbers = chances.compactMap { chance in Double(chance.answer).map { ($0, chance.probability) } }
    return numbers.count == chances.count ? numbers : nil
  }
}
