import Judging
import Media
import Wire

/// One piece of a prompt, with media decoded, its digest at hand and what is known of its file.
enum PromptPart: Sendable, Hashable {
  case text(String)
  case media(JudgePart, digest: String, facts: [Media.Fact] = [])

  var judgePart: JudgePart {
    switch self {
    case .text(let text): .text(text)
    case .media(let part, _, _): part
    }
  }

  var facts: [Media.Fact] { if case .media(_, _, let facts) = self { facts } else { [] } }

  /// What a prompt calls it; nil for text.
  var noun: String? {
    switch judgePart {
    case .text: nil
    case .image: "IMAGE"
    case .frames: "VIDEO"
    case .sound: "SOUND"
    }
  }
}

extension [PromptPart] {
  /// What is known of files, by the index of the part.
  var facts: [Int: [Media.Fact]] {
    Dictionary(
      enumerated().compactMap { $0.element.facts.isEmpty ? nil : ($0.offset, $0.element.facts) },
      uniquingKeysWith: { first, _ in first })
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
  var notes: [String] = []

  /// All turns in one piece: a chat is written out with the role before each.
  var parts: [PromptPart] {
    if turns.count == 1, turns[0].role == nil { return turns[0].parts }
    var parts: [PromptPart] = []
    for (at, turn) in turns.enumerated() {
      if let role = turn.role { parts.append(.text((at == 0 ? "" : "\n\n") + "[\(role)]\n")) }
      parts += turn.parts
    }
    return parts
  }

  /// Opens a turn; what is added next belongs to it.
  mutating func begin(_ role: String?) { turns.append(LoadedTurn(role: role)) }

  /// Adds to the turn that was opened last.
  mutating func add(_ part: PromptPart) { turns[turns.count - 1].parts.append(part) }

  /// All of its text.
  var text: String { parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n") }
  var digests: [String] {
    turns.flatMap { turn in turn.parts.compactMap { if case .media(_, let digest, _) = $0 { digest } else { nil } } }
  }
  var isEmpty: Bool { turns.allSatisfy { $0.role == nil && $0.parts.isEmpty } }
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
  /// What is known of files, as words: a file can say anything.
  var factTexts: [String] { contents.flatMap { $0.parts.flatMap(\.facts).flatMap { [$0.key, $0.value] } } }
  var notes: [String] { contents.flatMap(\.notes) }
  /// Digests of all media in the order they are first named.
  var digests: [String] {
    var seen: Set<String> = []
    return contents.flatMap(\.digests).filter { seen.insert($0).inserted }
  }
}

/// Stage *decode*: media references to pictures, frames and sound.
struct ContentLoader: Sendable {
  let media: MediaLoader?
  /// Which frames, and how large: what the judge's model was made for.
  let request: MediaRequest
  /// Who is going to see them; nil: checks, which see everything.
  let judge: JudgeDescription?

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
    // Before anything is fetched or decoded: nobody would see it.
    let hears = reference.kind == .video && request.hearsVideos
    if let judge, !judge.modalities.contains(reference.kind.modality) { throw Self.refusal(reference.kind, judge) }
    if let judge, hears, !judge.modalities.contains(.sound) { throw Self.deaf(judge) }
    guard let media else { throw Unscored(.invalidInput, "media cannot be loaded here: no decoder is at hand") }
    let loaded = try await media.load(reference, request: request)
    content.notes += loaded.notes.map { "\($0.code): \($0.message)" }
    if judge == nil, let note = loaded.samplingNote { content.notes.append(note) }
    guard let part = JudgePart(loaded.media, reference.kind) else {
      throw Unscored(.invalidInput, "the file holds no \(reference.kind.rawValue)")
    }
    content.add(.media(part, digest: loaded.digest, facts: loaded.media.facts))
    // Of the same file: nothing more is known of it.
    if hears, let sound = JudgePart(loaded.media, .sound) { content.add(.media(sound, digest: loaded.digest)) }
  }

  private static func deaf(_ judge: JudgeDescription) -> Unscored {
    Unscored(
      .invalidInput,
      "the sound of videos is to be heard (video_sound), and judge '\(judge.name)' is not played any sound; configure it, turn video_sound "
        + "off, or name another judge")
  }

  private static func refusal(_ kind: MediaReference.Kind, _ judge: JudgeDescription) -> Unscored {
    let shown = judge.modalities.map(\.rawValue).joined(separator: ", ")
    return Unscored(
      .invalidInput,
      "there is a file of kind \(kind.rawValue), and judge '\(judge.name)' is not shown any (its modalities: \(shown)); if its model "
        + "can be, configure \(kind.modality.rawValue), else leave the file out or name another judge")
  }
}

extension MediaReference.Kind {
  /// What a judge has to be able to be shown.
  fileprivate var modality: JudgeDescription.Modality {
    switch self {
    case .image: .image
    case .video: .frames
    case .sound: .sound
    }
  }
}

extension JudgePart {
  /// What `media` hold of a kind; nil: nothing.
  fileprivate init?(_ media: Media, _ kind: MediaReference.Kind) {
    switch kind {
    case .image:
      guard let image = media.image else { return nil }
      self = .image(image)
    case .video:
      guard !media.frames.isEmpty else { return nil }
      self = .frames(media.frames, original: media.original)
    case .sound:
      guard let sound = media.sound else { return nil }
      self = .sound(sound, original: media.original)
    }
  }
}
