import Judging
import LlamaScheduling
import PluginKit
import Wire

/// One call, ready to be computed.
struct Question: Sendable {
  let prompt: [Int32]
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
  init(_ call: JudgeCall, model: LlamaModel, options: LlamaOptions, context: Int) throws(PluginError) {
    prompt = try Prompt(call.messages, model: model).tokens
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
      prompt: prompt.count, asked: asked.maxTokens ?? options.maxTokens, context: context)
    // A little before the host gives up, which could not tell how far the reply had come.
    deadline = call.timeoutMilliseconds.map { .now + .milliseconds($0 - min($0 / 10, 500)) }
  }

  private static func room(prompt: Int, asked: Int?, context: Int) throws(PluginError) -> Int {
    let room = context - prompt
    guard room >= asked ?? 1 else {
      let reply = asked.map { "and a reply of up to \($0) are" } ?? "leave no room for a reply: that is"
      throw PluginError(
        .invalidInput,
        "the prompt's \(prompt) tokens \(reply) more than the context of \(context); raise 'context', or shorten what is asked",
        spent: Usage(promptTokens: 0, completionTokens: 0))
    }
    return asked ?? room
  }
}
