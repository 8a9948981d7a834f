public import JSON
public import Judging
import Media
public import PluginKit
import Wire

/// The scoring judge of this plugin: opens with `{"criteria": [...]}`, answers each call (the prompt as `user`, one response
/// as `assistant`, the reference as `reference`) with one score for each criterion.
public final class ChecksJudge: PluginJudge {
  /// Part of the plugin's version and of the fingerprint: raised whenever a check may give another value than before.
  static let revision = "1"

  /// The most text that is measured on the thread of whoever asks: comparing two such texts character by character takes a
  /// millisecond or two, and everything else is quicker.
  private static let quickBytes = 4 << 10

  /// A scoring judge of text and images.
  public let description: PluginJudgeDescription
  private let checks: CheckSet

  /// Compiles the criteria; a mistake in them is a `JSONError` with the path, the accepted names and the nearest one.
  public init(config: JSONReader) throws {
    checks = try CheckSet.compile(config)
    description = PluginJudgeDescription(
      kind: .scoring, fingerprint: "checks-\(Self.revision)", formats: [.pointwise], modalities: [.text, .image],
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
    let (prompt, _) = Self.collect(.user, messages)
    let (response, images) = Self.collect(.assistant, messages)
    let (reference, referenceImages) = Self.collect(.reference, messages)
    self.init(
      prompt: prompt ?? Text(""), response: response, images: images, reference: reference,
      referenceImages: referenceImages)
  }

  private static func collect(_ role: JudgeMessage.Role, _ messages: [JudgeMessage]) -> (Text?, [Picture]) {
    var texts: [String] = []
    var pictures: [Picture] = []
    for message in messages where message.role == role {
      for part in message.parts {
        switch part {
        case .text(let text): texts.append(text)
        case .image(let image):
          if let picture = Picture(width: image.width, height: image.height, rgb: image.pixels) {
            pictures.append(picture)
          }
        case .frames, .sound: break
        }
      }
    }
    return (texts.count > 1 ? Text(texts.joined(separator: "\n")) : texts.first.map { Text($0) }, pictures)
  }
}
