import CLlama
import JSON
public import Judging
public import PluginKit
import Wire

extension LlamaJudge: ProbingPluginJudge {
  /// What the file is, and how fast it answers a short call.
  public func probe(timeoutMilliseconds: Int) async throws -> ProbeReport {
    var findings = facts
    let call = Self.shortCall(milliseconds: timeoutMilliseconds)
    do {
      let start = ContinuousClock.now
      let answer = try await reply(to: call)
      findings.append(Self.speed(answer, ContinuousClock.now - start))
      return ProbeReport(findings: findings, usage: answer.usage, options: reader.value.object)
    } catch let error as PluginError {
      findings.append(.init("answers", .no, error.message))
      return ProbeReport(findings: findings, usage: error.spent)
    }
  }

  private var facts: [ProbeReport.Finding] {
    let cache = "\(context.cacheBytes) bytes of cache"
    return [
      .init("model", .yes, "\(model.name ?? "without a name"): \(model.summary), \(model.facts.parameters) parameters"),
      .init("file", .yes, "\(model.file.bytes) bytes, sha256:\(model.file.digest)"),
      .init("library", .yes, "llama.cpp \(LlamaModel.libraryVersion)"),
      .init(
        "context", .yes,
        "\(context.length) tokens in each of \(options.slots) slots, \(model.facts.trained_context) in training, \(cache)"
      ),
      .init("template", .yes, String(model.template.prefix(60).debugDescription)),
      .init(
        "log-probabilities", options.maxTopLogprobs > 0 ? .yes : .no, "up to \(options.maxTopLogprobs) alternatives"),
      .init("images", .no, "the plugin reads text as yet"), .init("sound", .no, "the plugin reads text as yet"),
    ]
  }

  private static func shortCall(milliseconds: Int) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: "probe", order: [0]),
      messages: [JudgeMessage(.user, [.text("Is 2 + 2 = 4 right? Answer with one sentence.")])],
      sampling: Sampling(temperature: 0, maxTokens: 16), promptDigest: "", timeoutMilliseconds: milliseconds)
  }

  private static func speed(_ answer: JudgeReply, _ time: Duration) -> ProbeReport.Finding {
    let milliseconds = time / .milliseconds(1)
    let tokens = (answer.usage.promptTokens ?? 0) + (answer.usage.completionTokens ?? 0)
    return .init(
      "answers", .yes,
      "\(answer.usage.promptTokens ?? 0) tokens read and \(answer.usage.completionTokens ?? 0) written in "
        + "\(Int(milliseconds.rounded())) ms, \(Int((Double(tokens) / max(milliseconds, 0.001) * 1000).rounded())) a second"
    )
  }
}
