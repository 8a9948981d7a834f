import Judging
import PluginKit

/// The messages of a call as tokens of a model.
///
/// What stands in a message is never read as a control token: a response that contains `<|im_end|>` does not end its turn. Where a
/// text holds the name of one, it is spelled out in ordinary tokens; everything else is tokenised as one text, as the model was trained.
struct Prompt {
  let tokens: [Int32]

  init(_ messages: [JudgeMessage], model: LlamaModel) throws(PluginError) {
    var contents: [String] = []
    for message in messages { contents.append(try Self.text(message)) }
    let frame = try Self.frame(messages, model)
    let pieces = try Self.split(frame, count: contents.count)
    tokens = Self.tokens(pieces, contents, model)
    guard !tokens.isEmpty else { throw PluginError(.invalidInput, "the prompt is empty") }
  }

  private static func text(_ message: JudgeMessage) throws(PluginError) -> String {
    guard message.role != .reference else {
      throw PluginError(
        .invalidInput, "the llama plugin asks models in words; reference messages are for scoring judges")
    }
    var text = ""
    for part in message.parts {
      guard case .text(let more) = part else {
        throw PluginError(
          .invalidInput, "the llama plugin reads text as yet, and a message holds a picture, frames or sound")
      }
      text += more
    }
    return text
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

  private static func tokens(_ frame: [String], _ contents: [String], _ model: LlamaModel) -> [Int32] {
    let areHarmless = contents.allSatisfy {
      model.tokens($0, start: false, special: true) == model.tokens($0, start: false, special: false)
    }
    var text = frame[0]
    if areHarmless {
      for (content, after) in zip(contents, frame.dropFirst()) { text += content + after }
      return model.tokens(text, start: true, special: true)
    }
    var tokens = model.tokens(text, start: true, special: true)
    for (content, after) in zip(contents, frame.dropFirst()) {
      tokens += model.tokens(content, start: false, special: false)
      tokens += model.tokens(after, start: false, special: true)
    }
    return tokens
  }
}
