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

/// What one side said, with media decoded; `role` is nil for content that is no chat.
struct LoadedTurn: Sendable, Hashable {
  let role: String?
  var parts: [PromptPart] = []
}

/// Content as it is shown to a judge: turn by turn, or in one piece.
struct LoadedContent: Sendable, Hashable {
  private(set) var turns: [LoadedTurn] = []
  /// All turns in one piece: a chat is written out with the role before each.
  private(set) var parts: [PromptPart] = []
  var notes: [String] = []

  /// Opens a turn; what is added next belongs to it.
  mutating func begin(_ role: String?) {
    if let role { parts.append(.text((turns.isEmpty ? "" : "\n\n") + "[\(role)]\n")) }
    turns.append(LoadedTurn(role: role))
  }

  /// Adds to the turn that was opened last.
  mutating func add(_ part: PromptPart) {
    parts.append(part)
    turns[turns.count - 1].parts.append(part)
  }

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
    for turn in content?.turns ?? [] {
      loaded.begin(turn.role)
      for part in turn.parts {
        switch part {
        case .text(let text): loaded.add(.text(text))
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
    content.add(.media(.image(image), digest: loaded.digest))
  }
}
