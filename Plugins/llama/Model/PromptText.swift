/// What stands between two media of a prompt: text of the template, in which names of control tokens are those tokens, and text of
/// messages, in which they are words.
struct PromptText {
  /// Text up to the next item, or an item.
  enum Run {
    case text(PromptText)
    case media(MediaItem)
  }

  private var pieces: [(text: String, isTemplate: Bool)] = []

  /// The template's pieces around the contents of all messages, in order. The first run is text.
  static func runs(_ frame: [String], _ contents: [[MediaPlacing.Part]]) -> [Run] {
    var runs: [Run] = []
    var text = PromptText()
    for (number, piece) in frame.enumerated() {
      text.add(piece, isTemplate: true)
      guard number < contents.count else { continue }
      for part in contents[number] {
        switch part {
        case .text(let own): text.add(own, isTemplate: false)
        case .media(let item):
          runs += [.text(text), .media(item)]
          text = PromptText()
        }
      }
    }
    return runs + [.text(text)]
  }

  /// Texts of one message that follow one another are one.
  private mutating func add(_ text: String, isTemplate: Bool) {
    if let last = pieces.last, !isTemplate, !last.isTemplate {
      pieces[pieces.count - 1].text = last.text + text
    } else {
      pieces.append((text, isTemplate))
    }
  }

  /// The tokens of it; `isFirst`: with what the model wants to have before a text.
  func tokens(_ model: LlamaModel, isFirst: Bool) -> [Int32] {
    let areHarmless = pieces.allSatisfy { piece in
      piece.isTemplate
        || model.tokens(piece.text, start: false, special: true)
          == model.tokens(piece.text, start: false, special: false)
    }
    if areHarmless { return model.tokens(pieces.map(\.text).joined(), start: isFirst, special: true) }
    return pieces.enumerated().flatMap { number, piece in
      model.tokens(piece.text, start: isFirst && number == 0, special: piece.isTemplate)
    }
  }
}
