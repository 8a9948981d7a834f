import Wire

/// A prompt and what a model made of it, as a judge is to read them.
struct Rollout: Sendable, Hashable {
  /// nil where there is nothing but a response.
  let prompt: Content?
  /// What is judged.
  let response: String

  /// A rollout.
  init(prompt: Content?, response: String) {
    self.prompt = prompt
    self.response = response
  }

  func item(reference: Content?) -> Item {
    let response = Content(response)
    let digests = [prompt, response, reference].map { $0?.digest ?? "none" }
    return Item(
      id: Digest.sha256(digests.joined(separator: "\n")), prompt: prompt, responses: [response], reference: reference)
  }
}

extension Content {
  /// Differs wherever a judge would see a difference. Each piece goes in with its length, so that nothing can move from one to the
  /// next.
  var digest: String {
    var text = ""
    func add(_ kind: String, _ value: String) { text += "\(kind):\(value.utf8.count):\(value)\n" }
    for turn in turns {
      add(turn.role == nil ? "text" : "turn", turn.role ?? "")
      for part in turn.parts {
        switch part {
        case .text(let words): add("text", words)
        case .media(let reference): add(reference.kind.rawValue, reference.url)
        }
      }
    }
    return Digest.sha256(text)
  }
}
