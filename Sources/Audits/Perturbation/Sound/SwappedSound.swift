import Wire

/// The sound of another item in place of the item's own: what is right of the one is not of the other.
///
/// A sound → the sound of another item, whose right answer is another
struct SwappedSound: Perturbation {
  let name = "swapped-sound"
  let suite = AuditSuite.media
  let summary = "The sound of another item in place of the item's own."
  let expectation = Expectation.mustChange
  let needs: Needs = [.sound, .gold]

  /// Of all items of the audit that have one sound, in their order.
  private let others: [Other]

  private struct Other: Sendable {
    let id: String
    let url: String
    let answer: Decision?
  }

  init(_ items: [AuditItem]) {
    others = items.compactMap { item in
      let sounds = item.item.media.filter { $0.kind == .sound }
      guard sounds.count == 1 else { return nil }
      return Other(id: item.id, url: sounds[0].url, answer: item.rightAnswer)
    }
  }

  /// The next item in a shuffled order, among those whose answer is known to be another; without known answers the next one.
  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    let own = item.rightAnswer
    let fitting = others.filter { other in
      other.id != item.id && !item.item.media.contains { $0.url == other.url }
        && (own == nil || other.answer == nil || own != other.answer)
    }
    guard let best = item.best, !fitting.isEmpty else { return [] }
    let other = setting.choose(fitting, "swapped", item.id)
    let changed = item.item.replacingMedia { $0.kind == .sound ? MediaReference(kind: .sound, url: other.url) : $0 }
    return [Variant(name: "", item: changed, favoured: best)]
  }

  var examples: [Example] {
    func item(_ id: String, _ url: String) -> Item {
      Item(
        id: id, prompt: Content(parts: [.media(.init(kind: .sound, url: url)), .text("How many beeps?")]),
        responses: [Content("Two")])
    }
    return [
      Example(item: AuditItem(item("q", "a.wav"), gold: .pass(true)), becomes: ["": item("q", "b.wav")])
    ]
  }

  /// What the catalogue shows of itself with: two items, of which the second gives its sound.
  static let shown = SwappedSound(
    ["a", "b"].map { name in
      AuditItem(
        Item(
          id: name == "a" ? "q" : "other",
          prompt: Content(parts: [.media(.init(kind: .sound, url: "\(name).wav")), .text("How many beeps?")]),
          responses: [Content("Two")]))
    })
}
