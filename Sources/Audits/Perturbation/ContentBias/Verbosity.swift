import Wire

/// Makes the response longer without saying more: sentences that repeat that the answer is the answer (CALM; Zheng et al. 2023).
///
/// `Lyon` → `Lyon … To put it another way, …`
struct Verbosity: Perturbation {
  let name = "verbosity"
  let suite = AuditSuite.contentBias
  let summary = "The response made longer without saying more."
  let expectation = Expectation.untouched
  let needs: Needs = .text

  static let padding = [
    "To put it another way, the answer given above follows from the question as it was asked.",
    "It is worth saying once more that this is what was asked for, and that it has been answered.",
    "In other words, everything that has been stated so far remains as it was stated.",
    "Taking all of the above together, the conclusion is the one that has already been given.",
  ]

  /// The response with sentences after it until it is `ratio` times as long, and has one more at least.
  static func lengthened(_ text: String, ratio: Int) -> String {
    var longer = text
    var next = 0
    repeat {
      longer += " " + padding[next % padding.count]
      next += 1
    } while longer.count < ratio * text.count
    return longer
  }

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    [2, 4, 8].flatMap { ratio in promoting(item, name: "\(ratio)x") { Self.lengthened($0, ratio: ratio) } }
  }

  var examples: [Example] {
    let first = "The answer to the question that was asked, which is about the capital of France, is the city of Lyon."
    let sentences = Self.padding
    return [
      Example(
        first,
        becomes: [
          "2x": "\(first) \(sentences[0]) \(sentences[1])",
          "4x": "\(first) " + (0..<4).map { sentences[$0] }.joined(separator: " "),
          "8x": "\(first) " + (0..<9).map { sentences[$0 % 4] }.joined(separator: " "),
        ])
    ]
  }
}
