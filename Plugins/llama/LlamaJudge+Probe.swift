import CLlama
import JSON
public import Judging
import Media
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
      let (shown, usage) = await shows(milliseconds: timeoutMilliseconds)
      return ProbeReport(findings: findings + shown, usage: answer.usage + usage, options: reader.value.object)
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
      .init("projector", projector == nil ? .no : .yes, projectorInWords),
    ]
  }

  private var projectorInWords: String {
    guard let projector else { return "without 'mmproj' the model reads text alone" }
    return "\(projector.kinds.joined(separator: ", ")), \(projector.file.bytes) bytes, sha256:\(projector.file.digest)"
  }

  /// A grey picture and a second of silence, each shown once.
  private func shows(milliseconds: Int) async -> (findings: [ProbeReport.Finding], usage: Usage) {
    let picture = Image(width: 448, height: 448, pixels: [UInt8](repeating: 128, count: 3 * 448 * 448))
    let cases: [(name: String, what: String, part: JudgePart?)] = [
      ("images", "a picture of 448 x 448", projector?.sees == true ? .image(picture) : nil),
      (
        "sound", "a second of sound",
        projector?.rate.map { .sound(Sound(rate: $0, channels: 1, samples: [Float](repeating: 0, count: $0))) }
      ),
    ]
    var findings: [ProbeReport.Finding] = []
    var usage = Usage()
    for (name, what, part) in cases {
      guard let part else {
        findings.append(.init(name, .no, projector == nil ? "no 'mmproj'" : "the projector takes none"))
        continue
      }
      do {
        let start = ContinuousClock.now
        let answer = try await reply(to: Self.shortCall([part], tokens: 1, milliseconds: milliseconds))
        usage = usage + answer.usage
        let time = Int(((ContinuousClock.now - start) / .milliseconds(1)).rounded())
        findings.append(
          .init(name, .yes, "\(what) and a question are \(answer.usage.promptTokens ?? 0) tokens, read in \(time) ms"))
      } catch {
        findings.append(.init(name, .unknown, "\(error)"))
      }
    }
    return (findings, usage)
  }

  private static func shortCall(_ shown: [JudgePart] = [], tokens: Int = 16, milliseconds: Int) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: "probe", order: [0]),
      messages: [JudgeMessage(.user, shown + [.text("Is 2 + 2 = 4 right? Answer with one sentence.")])],
      sampling: Sampling(temperature: 0, maxTokens: tokens), promptDigest: "", timeoutMilliseconds: milliseconds)
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
