import Judging
import Media
import Wire

/// One piece of a prompt, with media decoded and its digest at hand.
enum PromptPart: Sendable, Hashable {
  case text(String)
  case media(JudgePart, digest: String)

  var judgePart: JudgePart {
    switch self {
    case .text(let text): .text(text)
    case .media(let part, _): part
    }
  }
}

/// Content as it goes into a prompt: a chat is written out with the role before each turn.
struct LoadedContent: Sendable, Hashable {
  var parts: [PromptPart] = []
  var notes: [String] = []

  /// All of its text.
  var text: String { parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n") }
  var digests: [String] { parts.compactMap { if case .media(_, let digest) = $0 { digest } else { nil } } }
  var isEmpty: Bool { parts.isEmpty }
}

/// An item whose media are decoded. A response whose media are broken fails by itself.
struct LoadedItem: Sendable {
  let id: String
  let prompt: LoadedContent
  let reference: LoadedContent
  let responses: [Result<LoadedContent, Unscored>]

  /// The responses that can be judged, by index.
  var whole: [LoadedContent?] { responses.map { try? $0.get() } }
  private var contents: [LoadedContent] { [prompt, reference] + whole.compactMap { $0 } }
  /// Everything a judge may read, to choose a fence that occurs nowhere and to recognise echoes.
  var texts: [String] { contents.map(\.text).filter { !$0.isEmpty } }
  var notes: [String] { contents.flatMap(\.notes) }
  var hasMedia: Bool { contents.contains { !$0.digests.isEmpty } }
  /// Digests of all media in the order they are first named.
  var digests: [String] {
    var seen: Set<String> = []
    return contents.flatMap(\.digests).filter { seen.insert($0).inserted }
  }
}

/// Stage *decode*: media references to pictures, frames and sound.
struct ContentLoader: Sendable {
  let media: MediaLoader?

  func load(_ item: Item) async throws(Unscored) -> LoadedItem {
    let prompt = try await load(item.prompt)
    let reference = try await load(item.reference)
    var responses: [Result<LoadedContent, Unscored>] = []
    for response in item.responses {
      do throws(Unscored) {
        guard !response.isBlank else { throw Unscored(.invalidInput, "the response is empty") }
        responses.append(.success(try await load(response)))
      } catch {
        responses.append(.failure(error))
      }
    }
    return LoadedItem(id: item.id, prompt: prompt, reference: reference, responses: responses)
  }

  private func load(_ content: Content?) async throws(Unscored) -> LoadedContent {
    var loaded = LoadedContent()
    for (number, turn) in (content?.turns ?? []).enumerated() {
      if let role = turn.role { loaded.parts.append(.text((number == 0 ? "" : "\n\n") + "[\(role)]\n")) }
      for part in turn.parts {
        switch part {
        case .text(let text): loaded.parts.append(.text(text))
        case .media(let reference): try await append(reference, to: &loaded)
        }
      }
    }
    return loaded
  }

  private func append(_ reference: MediaReference, to content: inout LoadedContent) async throws(Unscored) {
    guard let media else { throw Unscored(.invalidInput, "media cannot be loaded here: no decoder is at hand") }
    let loaded = try await media.load(reference)
    content.notes += loaded.notes.map { "\($0.code): \($0.message)" }
    guard let image = loaded.media.image else {
      throw Unscored(.invalidInput, "the file holds no \(reference.kind.rawValue)")
    }
    content.parts.append(.media(.image(image), digest: loaded.digest))
  }
}
