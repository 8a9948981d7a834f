import Judging
import LlamaScheduling
import PluginKit
import Wire

/// One call, ready to be computed.
struct Question: Sendable {
  let prompt: Prompt
  let group: String
  let sampling: Sampler.Settings
  let seed: UInt64
  let stop: [String]
  let maxTokens: Int
  let topLogprobs: Int
  /// What the answer is held to; nil: nothing.
  let form: AnswerForm?
  let deadline: ContinuousClock.Instant?

  /// Throws for a prompt that does not fit, with the counts.
  init(
    _ call: JudgeCall, model: LlamaModel, projector: Projector?, options: LlamaOptions, context: Context
  ) throws(PluginError) {
    let placing = MediaPlacing(projector, options.frames, mostTokens: context.length)
    prompt = try Prompt(call.messages, model: model, placing)
    group = call.group.isEmpty ? call.key.item : call.group
    let asked = call.sampling
    sampling = Sampler.Settings(
      temperature: asked.temperature ?? options.temperature, topK: options.topK, topP: asked.topP ?? options.topP,
      minP: options.minP)
    // The same question, asked as the same sample, gets the same reply, also where nobody chose a seed.
    seed = asked.seed ?? Digest.seed("llama", call.promptDigest, "\(call.key.sample)", "\(call.key.attempt)")
    stop = asked.stop
    form = try options.answers.form(call.answerShape)
    topLogprobs = min(asked.topLogprobs, options.maxTopLogprobs)
    maxTokens = try Self.room(
      prompt: prompt, asked: asked.maxTokens ?? options.maxTokens, context: context.length)
    try Self.checkWhole(prompt, batch: context.batch)
    // A little before the host gives up, which could not tell how far the reply had come.
    deadline = call.timeoutMilliseconds.map { .now + .milliseconds($0 - min($0 / 10, 500)) }
  }

  private static func room(prompt: Prompt, asked: Int?, context: Int) throws(PluginError) -> Int {
    let room = context - prompt.units.tokens
    guard room >= asked ?? 1 else {
      let reply = asked.map { "and a reply of up to \($0) are" } ?? "leave no room for a reply: that is"
      throw PluginError(
        .invalidInput,
        "the prompt's \(prompt.tokensInWords) \(reply) more than the context of \(context); raise 'context', or \(prompt.remedy)",
        spent: Usage(promptTokens: 0, completionTokens: 0))
    }
    return asked ?? room
  }

  /// A picture that is computed at once has to fit into one step; llama.cpp ends the process otherwise.
  private static func checkWhole(_ prompt: Prompt, batch: Int) throws(PluginError) {
    guard let piece = prompt.media.values.first(where: { $0.isWhole && $0.span.tokens > batch }) else { return }
    throw PluginError(
      .invalidInput,
      "a \(piece.item.name) is \(piece.span.tokens) tokens, which this model computes at once, and a step has \(batch); raise 'batch'"
    )
  }
}

extension Prompt {
  private var mediaTokens: Int { units.spans.reduce(0) { $0 + $1.tokens } }

  fileprivate var tokensInWords: String {
    guard !units.spans.isEmpty else { return "\(units.tokens) tokens" }
    let count = units.spans.count == 1 ? "one picture or sound" : "\(units.spans.count) pictures or sounds"
    return "\(units.tokens) tokens, \(mediaTokens) of them for \(count),"
  }

  fileprivate var remedy: String {
    units.spans.isEmpty ? "shorten what is asked" : "show less, or smaller ('image_max_tokens')"
  }
}
