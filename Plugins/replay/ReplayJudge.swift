public import JSON
public import Judging
public import PluginKit

/// A judge that answers from a recording, with texts or with numbers as the recorded one did: the reply with the call's key, else the reply to the same prompt. A call
/// that was not recorded is an error, never a made-up answer.
///
/// Configuration: `{"file": "replies.jsonl", "same_prompt": false}`. With `same_prompt` a reply that was given to another prompt
/// is an error too; without, an old recording can be read again with a new rubric or parser.
public struct ReplayJudge: PluginJudge {
  private let recording: Recording
  private let needsSamePrompt: Bool

  /// Opens the recording and reads it through once.
  public init(config: JSONReader) throws {
    try config.allowOnly("file", "same_prompt")
    needsSamePrompt = try config["same_prompt"]?.bool() ?? false
    recording = try Recording(path: try config.require("file").string())
  }

  /// Recordings may hold log-probabilities.
  public static var offersLogprobs: Bool { true }

  /// What the recording holds.
  public var description: PluginJudgeDescription {
    PluginJudgeDescription(
      kind: recording.summary.kind, model: recording.summary.model, fingerprint: recording.summary.digest,
      modalities: JudgeDescription.Modality.allCases, maxTopLogprobs: recording.summary.maxTopLogprobs)
  }

  /// The recorded reply.
  public func reply(to call: JudgeCall) throws -> JudgeReply {
    if let recorded = try recording.reply(to: call.key) {
      if needsSamePrompt, let digest = recorded.promptDigest, digest != call.promptDigest {
        throw PluginError(
          .failed,
          "the reply recorded for \(text(call.key)) answered another prompt (\(digest)), not this one (\(call.promptDigest)); "
            + "record it again, or leave out same_prompt")
      }
      return try answer(recorded, call)
    }
    if let recorded = try recording.reply(toPrompt: call.promptDigest, like: call.key) {
      return try answer(recorded, call)
    }
    throw PluginError(
      .failed,
      "\(recording.path) has no reply for \(text(call.key)), and none to the prompt \(call.promptDigest); record it again"
    )
  }

  /// Log-probabilities only where they were asked for, and no more of them, as a live judge would.
  private func answer(_ recorded: RecordedReply, _ call: JudgeCall) throws -> JudgeReply {
    var reply = try recorded.outcome.get()
    let most = call.sampling.topLogprobs
    if most == 0 {
      reply.tokens = []
    } else if most < recording.summary.maxTopLogprobs {
      reply.tokens = reply.tokens.map { .init(text: $0.text, logprob: $0.logprob, top: Array($0.top.prefix(most))) }
    }
    return reply
  }

  private func text(_ key: CallKey) -> String { (try? JSONWriter.canonical(key.json)) ?? key.item }
}
