import Wire

/// Puts the sentences of the best response's reasoning in the opposite order and a false step between them, and leaves its last sentence, the answer, as it is (CALM, "fallacy oversight"). The verdict must change.
///
/// `Lyon` → (of the best response) `A is 2. B is 3. So it is 5.` → `B is 3. It follows that the opposite holds as well. A is 2. So it is 5.`
struct Fallacy: Perturbation {
  let name = "fallacy"
  let suite = AuditSuite.contentBias
  let summary = "The best response with its reasoning spoilt and its final answer kept."
  let expectation = Expectation.mustChange
  let needs: Needs = [.gold, .text]

  static let falseStep = "It follows that the opposite holds as well, and both can be used from here on."

  /// Sentences end in a mark and white space. nil where there is no reasoning before the last one.
  static func spoilt(_ text: String) -> String? {
    var sentences: [String] = []
    var current = ""
    for character in text {
      current.append(character)
      if character.isWhitespace, let mark = current.dropLast().last, ".!?".contains(mark) {
        sentences.append(String(current.dropLast()))
        current = ""
      }
    }
    if !current.allSatisfy(\.isWhitespace) { sentences.append(current) }
    guard sentences.count > 2, let answer = sentences.popLast(), let first = sentences.popLast() else { return nil }
    return ([first, falseStep] + sentences.reversed() + [answer]).joined(separator: " ")
  }

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    guard let best = item.best, let spoilt = Self.spoilt(item.item.responses[best].text) else { return [] }
    return [Variant(name: "", item: item.item.rewriting(best) { _ in spoilt }, favoured: best)]
  }

  var examples: [Example] {
    let right = "There are 2 apples. There are 3 pears. So there are 5 pieces of fruit."
    let item = AuditItem(
      Item(id: "q", prompt: Content("2 apples and 3 pears: how many?"), responses: [Content(right), Content("6")]),
      gold: .winner(0))
    let spoilt =
      "There are 3 pears. It follows that the opposite holds as well, and both can be used from here on. "
      + "There are 2 apples. So there are 5 pieces of fruit."
    return [Example(item: item, becomes: ["": item.item.replacing(0, with: Content(spoilt))])]
  }
}
