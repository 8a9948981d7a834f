import Judging
import Rubrics
package import Wire

/// What judging takes, before it is done.
extension Pipeline {
  /// The text of all prompts that an item leads to, in bytes of UTF-8, without its media and without repetitions of truncated calls.
  package func promptBytes(of item: Item) -> Int {
    func loaded(_ content: Content?) -> LoadedContent {
      var loaded = LoadedContent()
      for turn in content?.turns ?? [] {
        loaded.begin(turn.role)
        for case .text(let text) in turn.parts { loaded.add(.text(text)) }
      }
      return loaded
    }
    let whole = LoadedItem(
      id: item.id, prompt: loaded(item.prompt), reference: loaded(item.reference),
      responses: item.responses.map { .success(loaded($0)) })
    return plan.calls(for: whole).flatMap(\.call.messages).flatMap(\.parts).reduce(0) { bytes, part in
      if case .text(let text) = part { bytes + text.utf8.count } else { bytes }
    }
  }

  /// The most tokens of one reply; nil where nobody limits them.
  package var maxReplyTokens: Int? { plan.maxReplyTokens }
}
