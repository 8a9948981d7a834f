import Calibration

/// Plain English words without meaning, for prompts of a given size. Two texts of different names have nothing in common from
/// their first words on, so that a judge cannot have read one of them before.
struct BenchText {
  let seed: UInt64
  /// As the judge counts them, found out by its first answer.
  var tokensPerWord = 1.3

  private static let words = """
    the of and to in is that it was for on are as with they at be this have from one had by word but not what all were we when your \
    can said there use an each which she do how their if will up other about out many then them these so some her would make like him \
    into time has look two more write go see number no way could people my than first water been call who oil its now find long down \
    day did get come made may part answer question right wrong clear step reason judge score better worse table picture river stone
    """.split { $0 == " " || $0 == "\n" }.map(String.init)

  /// About as many tokens as that.
  func tokens(_ count: Int, named name: String) -> String {
    words(max(1, Int((Double(count) / tokensPerWord).rounded())), named: name)
  }

  func words(_ count: Int, named name: String) -> String {
    var random = Randomness(seed: seed, purpose: "bench \(name)")
    return (0..<count).map { _ in Self.words[random.index(below: Self.words.count)] }.joined(separator: " ")
  }
}
