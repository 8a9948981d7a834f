public import Judging
import Synchronization
public import Wire

/// A judge for tests: it answers as it was told, and remembers what it was asked.
///
/// ```swift
/// let judge = ScriptedJudge { call in .text(call.key.order == [0, 1] ? "[[A]]" : "[[B]]") }
/// ```
public final class ScriptedJudge: Judge {
  /// What the judge does with one call.
  public enum Answer: Sendable {
    /// The text of a generative judge that stopped by itself.
    case text(String)
    /// A whole reply.
    case reply(JudgeReply)
    /// The numbers of a scoring judge.
    case scores([CriterionScore])
    /// No answer, with the reason.
    case unscored(UnscoredReason, String)
    /// No answer until the call is cancelled.
    case hang
    /// Another answer, once the gate is open.
    indirect case after(Gate, Answer)
  }

  /// The judge's own word about itself.
  public let description: JudgeDescription
  private let script: @Sendable (JudgeCall) -> Answer
  private let record = Mutex((calls: [JudgeCall](), inFlight: 0, mostInFlight: 0))

  /// A judge that answers each call with what `script` says.
  public init(
    _ description: JudgeDescription = ScriptedJudge.generative, script: @escaping @Sendable (JudgeCall) -> Answer
  ) {
    self.description = description
    self.script = script
  }

  /// A judge that answers from a table; a call that is not in it gets `otherwise`.
  public convenience init(
    _ description: JudgeDescription = ScriptedJudge.generative, table: [CallKey: Answer],
    otherwise: Answer = .unscored(.judgeError, "the script has no answer to this call")
  ) {
    self.init(description) { table[$0.key] ?? otherwise }
  }

  /// A generative judge called `scripted` that takes everything.
  public static let generative = JudgeDescription(
    name: "scripted", kind: .generative, model: "scripted-1", fingerprint: "scripted",
    modalities: JudgeDescription.Modality.allCases, maxTopLogprobs: 20)

  /// A scoring judge called `scripted` that takes everything.
  public static let scoring = JudgeDescription(
    name: "scripted", kind: .scoring, fingerprint: "scripted", modalities: JudgeDescription.Modality.allCases)

  /// The calls so far, in the order they came in.
  public var calls: [JudgeCall] { record.withLock { $0.calls } }

  /// The largest number of calls that were out at once.
  public var mostInFlight: Int { record.withLock { $0.mostInFlight } }

  /// Answers as the script says.
  public func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    record.withLock { record in
      record.calls.append(call)
      record.inFlight += 1
      record.mostInFlight = max(record.mostInFlight, record.inFlight)
    }
    defer { record.withLock { $0.inFlight -= 1 } }
    return try await give(script(call))
  }

  private func give(_ answer: Answer) async throws(Unscored) -> JudgeReply {
    switch answer {
    case .text(let text): return JudgeReply(text: text, model: description.model)
    case .reply(let reply): return reply
    case .scores(let scores): return JudgeReply(finish: nil, scores: scores)
    case .unscored(let reason, let message): throw Unscored(reason, message)
    case .hang:
      await Gate().wait()
      throw Unscored(.cancelled, "the call was cancelled")
    case .after(let gate, let answer):
      await gate.wait()
      if Task.isCancelled { throw Unscored(.cancelled, "the call was cancelled") }
      return try await give(answer)
    }
  }
}
