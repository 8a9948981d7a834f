import Judging
import LlamaScheduling
import PluginKit

/// The messages of a call as what a model reads: tokens, with media where the messages have them.
///
/// What stands in a message is never read as a control token: a response that contains `<|im_end|>` does not end its turn. Where a
/// text holds the name of one, it is spelled out in ordinary tokens; everything else between two media is tokenised as one text, as
/// the model was trained.
struct Prompt: Sendable {
  private(set) var units = UnitList()
  /// What the media among the units are.
  private(set) var media: [MediaSpan.Content: MediaPiece] = [:]

  /// Throws for media that the model cannot be shown, and for messages that its template does not go with.
  init(_ messages: [JudgeMessage], model: LlamaModel, _ placing: MediaPlacing) throws(PluginError) {
    let contents = try Self.contents(messages, placing)
    let frame = try Self.split(Self.frame(messages, model), count: contents.count)
    try add(PromptText.runs(frame, contents), model, placing)
    guard !units.isEmpty else { throw PluginError(.invalidInput, "the prompt is empty") }
  }

  private static func contents(
    _ messages: [JudgeMessage], _ placing: MediaPlacing
  ) throws(PluginError) -> [[MediaPlacing.Part]] {
    var contents: [[MediaPlacing.Part]] = []
    for message in messages {
      guard message.role != .reference else {
        throw PluginError(
          .invalidInput, "the llama plugin asks models in words; reference messages are for scoring judges")
      }
      var content: [MediaPlacing.Part] = []
      for part in message.parts { content += try placing.parts(part) }
      contents.append(content)
    }
    return contents
  }

  private mutating func add(_ runs: [PromptText.Run], _ model: LlamaModel, _ placing: MediaPlacing) throws(PluginError)
  {
    for (number, run) in runs.enumerated() {
      switch run {
      case .text(let text): units.append(text.tokens(model, isFirst: number == 0))
      case .media(let item): try add(item, placing)
      }
    }
  }

  private mutating func add(_ item: MediaItem, _ placing: MediaPlacing) throws(PluginError) {
    for (chunk, shape) in try placing.layout(of: item).enumerated() {
      switch shape {
      case .text(let tokens): units.append(tokens)
      case .media(let tokens, let positions, let isWhole):
        let span = MediaSpan(content: item.content(chunk), tokens: tokens, positions: positions)
        units.append(.media(span))
        media[span.content] = MediaPiece(item: item, chunk: chunk, span: span, isWhole: isWhole)
      }
    }
  }

  /// The template's own text, with a mark in place of each content.
  private static func frame(_ messages: [JudgeMessage], _ model: LlamaModel) throws(PluginError) -> String {
    let marked = messages.indices.map { (messages[$0].role.rawValue, mark($0)) }
    let opensReply = messages.last?.role != .assistant
    guard let frame = model.applyTemplate(marked, opensReply: opensReply) else {
      throw PluginError(.invalidInput, "the model's chat template does not go with these messages")
    }
    return frame
  }

  // A private-use character on both sides: no template has it.
  private static func mark(_ number: Int) -> String { "\u{E0C0}\(number)\u{E0C1}" }

  /// What stands before, between and after the contents.
  private static func split(_ frame: String, count: Int) throws(PluginError) -> [String] {
    var pieces: [String] = []
    var rest = Substring(frame)
    for number in 0..<count {
      let mark = mark(number)
      guard let place = rest.firstRange(of: mark) else {
        throw PluginError(.invalidInput, "the model's chat template leaves out message \(number + 1)")
      }
      pieces.append(String(rest[..<place.lowerBound]))
      rest = rest[place.upperBound...]
    }
    pieces.append(String(rest))
    guard !pieces.contains(where: { $0.contains("\u{E0C0}") }) else {
      throw PluginError(.invalidInput, "the model's chat template repeats a message or changes their order")
    }
    return pieces
  }
}
