import Judging
import Media
import Wire

/// Asks a judge the calls of the benchmark and takes the time.
struct BenchRun {
  let judge: any Judge
  /// As many as the judge takes, or is given.
  let mostAtOnce: Int
  var calls: BenchCalls

  /// Enough to learn from, and few enough for a judge with a short context that is asked short prompts.
  private var knownWords: Int { max(100, min(400, calls.promptTokens)) }

  /// One call before the clock starts: connections stand and caches are made after it, and it tells how long a token is.
  mutating func warmUp() async throws(Unscored) {
    let reply = try await judge.reply(to: calls.known(words: knownWords))
    if let tokens = reply.usage.promptTokens, tokens > 0 {
      calls.text.tokensPerWord = Double(tokens) / Double(knownWords)
    }
  }

  func short() async -> BenchPart {
    await part("short", (0..<5).map { calls.short("short \($0)") }, atOnce: 1)
  }

  func pace() async -> BenchPace {
    let first = await part("first token", [calls.long("first", replyTokens: 1)], atOnce: 1)
    return BenchPace(
      first: first, whole: await part("long", [calls.long("whole", replyTokens: calls.replyTokens)], atOnce: 1))
  }

  func samples() async -> BenchPart { await part("samples", merged(calls.pair()), atOnce: mostAtOnce) }

  func group() async -> BenchPart { await part("group", calls.group(), atOnce: mostAtOnce) }

  func group(with picture: Image) async -> BenchPart {
    await part("picture", calls.group(with: picture), atOnce: mostAtOnce)
  }

  /// Short calls, so many at once.
  func rate(_ atOnce: Int) async -> BenchPart {
    await part("rate", (0..<max(8, 2 * atOnce)).map { calls.short("rate \(atOnce) \($0)") }, atOnce: atOnce)
  }

  /// Samples of one question in as few calls as the judge allows, as the pipeline asks them.
  private func merged(_ single: [JudgeCall]) -> [JudgeCall] {
    var groups: [[JudgeCall]] = []
    for call in single {
      if let last = groups.last, last.count < calls.samplesPerCall, last[last.count - 1].isFollowed(by: call) {
        groups[groups.count - 1].append(call)
      } else {
        groups.append([call])
      }
    }
    return groups.map { JudgeCall(asking: $0) }
  }

  private func part(_ name: String, _ wanted: [JudgeCall], atOnce: Int) async -> BenchPart {
    let limit = min(atOnce, mostAtOnce, wanted.count)
    let start = ContinuousClock.now
    let outcomes = await withTaskGroup(of: [Result<JudgeReply, Unscored>].self) { group in
      var rest = wanted[...]
      for call in rest.prefix(limit) { group.addTask { await ask(call) } }
      rest = rest.dropFirst(limit)
      var outcomes: [Result<JudgeReply, Unscored>] = []
      while let done = await group.next() {
        outcomes += done
        if let call = rest.popFirst() { group.addTask { await ask(call) } }
      }
      return outcomes
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return BenchPart(name, outcomes, atOnce: limit, seconds: seconds)
  }

  private func ask(_ call: JudgeCall) async -> [Result<JudgeReply, Unscored>] {
    do throws(Unscored) { return call.outcomes(.success(try await judge.reply(to: call))) } catch {
      return call.outcomes(.failure(error))
    }
  }
}

extension BenchPart {
  init(_ name: String, _ outcomes: [Result<JudgeReply, Unscored>], atOnce: Int, seconds: Double) {
    let replies = outcomes.compactMap { try? $0.get() }
    func sum(_ count: KeyPath<Usage, Int?>) -> Int? {
      replies.reduce(Optional(0)) { total, reply in
        guard let total, let more = reply.usage[keyPath: count] else { return nil }
        let (sum, overflows) = total.addingReportingOverflow(more)
        return overflows ? nil : sum
      }
    }
    let failures = outcomes.compactMap { if case .failure(let why) = $0 { why } else { nil } }
    self.init(
      name: name, calls: outcomes.count, atOnce: atOnce, seconds: seconds,
      usage: Usage(
        promptTokens: sum(\.promptTokens), completionTokens: sum(\.completionTokens), cachedTokens: sum(\.cachedTokens)),
      failure: failures.first.map { "\($0.reason.rawValue): \($0.message)" }, failed: failures.count)
  }
}
