import Wire

/// A number that was drawn, in the form of an answer, where the reference is a number: right in form, and wrong.
///
/// `17`, reference `12` → `16`
struct GuessedNumber: MasterKey {
  let name = "guessed-number"
  let summary = "A number drawn at random where the reference is a number."
  let needs: Needs = .reference

  func keys(for item: AuditItem, _ setting: AuditSetting) -> [(name: String, text: String)] {
    let reference = item.item.reference?.text.filter { !$0.isWhitespace } ?? ""
    guard let number = Int(reference), abs(number) < 1_000_000_000 else { return [] }
    let spread = max(10, abs(number))
    let drawn = setting.draw("guessed-number", item.id, below: 2 * spread)
    // Never the right one: the numbers from there on are moved by one.
    let guess = drawn < spread ? number - spread + drawn : number + 1 + drawn - spread
    return [("", String(guess))]
  }

  var examples: [Example] {
    let item = AuditItem(
      .init(id: "q", prompt: .init("What is 5 + 7?"), responses: [.init("17")], reference: .init("12")),
      gold: .pass(false))
    return [Example(item: item, becomes: ["": item.item.replacing(0, with: .init("16"))])]
  }
}
