import Wire

/// Pictures are changed when they are loaded: the item stays, and what is done to pixels is tested by itself.
enum PictureExample {
  static func item(naming variants: [String]) -> Example {
    let item = Item(
      id: "q", prompt: Content(parts: [.media(.init(kind: .image, url: "a.png")), .text("How many?")]),
      responses: [Content("Two")])
    return Example(
      item: AuditItem(item, gold: .pass(true)),
      becomes: Dictionary(uniqueKeysWithValues: variants.map { ($0, item) }))
  }
}
