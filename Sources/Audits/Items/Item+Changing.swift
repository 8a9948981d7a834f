import Wire

extension Item {
  /// The same under another id.
  func with(id: String) -> Item {
    Item(id: id, prompt: prompt, responses: responses, reference: reference, group: group)
  }

  /// With another response at `place`.
  func replacing(_ place: Int, with response: Content) -> Item {
    var responses = responses
    responses[place] = response
    return Item(id: id, prompt: prompt, responses: responses, reference: reference, group: group)
  }

  /// With the text of the response at `place` changed. Its media stay, after its text.
  func rewriting(_ place: Int, _ change: (String) -> String) -> Item {
    replacing(place, with: responses[place].rewritten(change))
  }

  /// With the responses in other places: the response at `places[i]` comes to stand at `i`.
  func arranged(_ places: [Int]) -> Item {
    Item(id: id, prompt: prompt, responses: places.map { responses[$0] }, reference: reference, group: group)
  }

  /// All that holds media, changed.
  func mappingContents(_ change: (Content) -> Content) -> Item {
    Item(
      id: id, prompt: prompt.map(change), responses: responses.map(change), reference: reference.map(change),
      group: group)
  }

  /// With each reference to a medium replaced by what `change` makes of it.
  func replacingMedia(_ change: (MediaReference) -> MediaReference) -> Item {
    mappingContents { content in
      Content(
        turns: content.turns.map { turn in
          Turn(
            role: turn.role,
            parts: turn.parts.map { part in
              guard case .media(let reference) = part else { return part }
              return .media(change(reference))
            })
        })
    }
  }

  /// The media of all parts, in the order they are shown.
  var media: [MediaReference] {
    ([prompt].compactMap { $0 } + responses + [reference].compactMap { $0 }).flatMap(\.media)
  }
}

extension Content {
  /// One turn with the text of all, changed, and the media after it; a chat keeps its turns and has its last one changed.
  func rewritten(_ change: (String) -> String) -> Content {
    guard let last = turns.last else { return Content(change("")) }
    let text = Content(turns: [last]).text
    let changed = Turn(
      role: last.role,
      parts: [.text(change(text))] + last.parts.filter { if case .media = $0 { true } else { false } })
    return Content(turns: turns.dropLast() + [changed])
  }
}
