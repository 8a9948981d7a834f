public import JSON
public import Judging
import Media
public import PluginKit
import Wire

/// The scoring judge of this plugin: opens with `{"criteria": [...]}`, answers each call (the prompt as `user`, one response
/// as `assistant`, the reference as `reference`) with one score for each criterion.
public final class ChecksJudge: PluginJudge {
  /// Part of the plugin's version and of the fingerprint: raised whenever a check may give another value than before.
  static let revision = "3"

  /// The most text that is measured on the thread of whoever asks: comparing two such texts character by character takes a
  /// millisecond or two, and everything else is quicker.
  private static let quickBytes = 4 << 10

  /// A scoring judge of text, pictures, video and sound.
  public let description: PluginJudgeDescription
  private let checks: CheckSet

  /// Compiles the criteria; a mistake in them is a `JSONError` with the path, the accepted names and the nearest one.
  public init(config: JSONReader) throws {
    checks = try CheckSet.compile(config)
    description = PluginJudgeDescription(
      kind: .scoring, fingerprint: "checks-\(Self.revision)", formats: [.pointwise],
      modalities: [.text, .image, .frames, .sound],
      criteria: checks.criteria.map(\.name), submitsAtOnce: .texts(maxBytes: Self.quickBytes))
  }

  /// Measures the response of `call`.
  public func reply(to call: JudgeCall) throws -> JudgeReply {
    let scores = checks.run(try Subject(call.messages)).map { result in
      switch result.outcome {
      case .scored(let value, let score, let reason):
        CriterionScore(name: result.name, .success(.init(value: value, score: score, reason: reason)))
      case .unscored(let message):
        CriterionScore(name: result.name, .failure(Unscored(.invalidInput, message)))
      }
    }
    return JudgeReply(finish: nil, scores: scores)
  }
}

extension Subject {
  /// The parts of the messages by their role: texts of a role are joined by a line feed, as they are shown to other judges.
  init(_ messages: [JudgeMessage]) throws(PluginError) {
    guard messages.contains(where: { $0.role == .assistant }) else {
      throw PluginError(.invalidInput, "the call has no response: a message with the role 'assistant' is missing")
    }
    let prompt = try Side(.user, messages)
    let response = try Side(.assistant, messages)
    let reference = try Side(.reference, messages)
    self.init(
      prompt: prompt.text ?? Text(""), response: response.text, images: response.pictures, reference: reference.text,
      referenceImages: reference.pictures)
    (sounds, referenceSounds) = (response.sounds, reference.sounds)
    (videos, referenceVideos) = (response.videos, reference.videos)
    facts = response.facts
  }
}

/// What one role says and shows.
private struct Side {
  var pictures: [Picture] = []
  var sounds: [SoundTrack] = []
  /// nil in the place of one whose frames are not all of one size.
  var videos: [Footage?] = []
  var facts: [[String: String]] = []
  private var texts: [String] = []

  init(_ role: JudgeMessage.Role, _ messages: [JudgeMessage]) throws(PluginError) {
    for message in messages where message.role == role {
      for (index, part) in message.parts.enumerated() {
        let known = message.facts[index].map { facts in
          Dictionary(facts.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        }
        try add(part, known ?? [:])
        if let known { facts.append(known) }
      }
    }
  }

  var text: Text? { texts.count > 1 ? Text(texts.joined(separator: "\n")) : texts.first.map { Text($0) } }

  private mutating func add(_ part: JudgePart, _ facts: [String: String]) throws(PluginError) {
    switch part {
    case .text(let text): texts.append(text)
    case .image(let image): if let picture = Picture(image) { pictures.append(picture) }
    case .frames(let frames, _):
      let times = frames.map { Double($0.timeMicroseconds) / 1e6 }
      videos.append(
        Footage(
          times: times, pictures: frames.compactMap { Picture($0.image) }, total: facts["frames"].flatMap { Int($0) }))
    case .sound(let sound, _):
      guard let track = SoundTrack(rate: sound.rate, channels: sound.channels, samples: sound.samples) else {
        throw PluginError(.invalidInput, "a sound has a rate of \(sound.rate) Hz and \(sound.channels) channels")
      }
      sounds.append(track)
    }
  }
}

extension Picture {
  fileprivate init?(_ image: Image) {
    self.init(width: image.width, height: image.height, rgb: image.pixels)
  }
}
