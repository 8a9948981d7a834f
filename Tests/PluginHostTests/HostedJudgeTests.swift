import CupelTesting
import JSON
import Judging
import PluginHost
import Synchronization
import Testing
import Wire

@Suite struct HostedJudgeTests {
  static func open(_ name: String) throws -> HostedJudge {
    let host = PluginHost(PluginSearch(named: [Built.plugin(name)]))
    try #require(host.failures.isEmpty, "\(host.failures)")
    return try host.judge(plugin: name.replacing("_", with: "-"), name: "j")
  }

  /// A call; `wish` is what a bad plugin shall do wrong.
  static func call(_ wish: String = "", timeout: Int? = nil, samples: Int = 1) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: "q1", order: [0]), messages: [JudgeMessage(.assistant, [.text("one two three")])],
      sampling: Sampling(samples: samples), promptDigest: wish, timeoutMilliseconds: timeout)
  }

  @Test func aGoodJudgeAnswersAndDescribesItself() async throws {
    let judge = try Self.open("good")
    #expect(judge.description.name == "j")
    #expect(judge.description.kind == .scoring)
    #expect(judge.description.maxTopLogprobs == 0)
    let reply = try await judge.reply(to: Self.call())
    #expect(reply.scores == [CriterionScore(name: "quality", .success(.init(value: 1, score: 1, reason: "said so")))])
    #expect(judge.counts == HostedJudge.Counts())
  }

  @Test func theFingerprintCoversPluginVersionAndConfiguration() throws {
    let host = PluginHost(PluginSearch(named: [Built.plugin("good"), Built.plugin("ignores_config")]))
    func fingerprint(_ plugin: String, _ config: JSONValue) throws -> String {
      try host.judge(plugin: plugin, name: "j", config: config).description.fingerprint
    }
    let base = try fingerprint("ignores-config", ["a": 1, "b": 2])
    #expect(base.hasPrefix("sha256:"))
    #expect(try fingerprint("ignores-config", ["b": 2, "a": 1]) == base)
    #expect(try fingerprint("ignores-config", ["a": 1, "b": 3]) != base)
    #expect(try fingerprint("ignores-config", [:]) != fingerprint("good", [:]))
  }

  @Test func badConfigurationIsRefusedInThePluginsWords() throws {
    let host = PluginHost(PluginSearch(named: [Built.plugin("good"), Built.plugin("bad_description")]))
    func message(_ plugin: String, _ config: JSONValue) -> String? {
      #expect(throws: PluginFailure.self) { try host.judge(plugin: plugin, name: "j", config: config) }?.description
    }
    #expect(
      message("good", ["speed": 3]) == "judge 'j' (plugin 'good'): no field is accepted: {\"speed\":3}")
    #expect(
      message("good", [1])
        == "judge 'j' (plugin 'good'): its configuration cannot be used: expected an object, found an array")
    #expect(
      message("good", ["x": .number(.nan)])
        == "judge 'j' (plugin 'good'): its configuration cannot be used: x: nan cannot be written as JSON")
    #expect(
      message("bad-description", [:])
        == "judge 'j' (plugin 'bad-description'): describe wrote what is not a description: kind: unknown value 'scorign'; "
        + "did you mean 'scoring'? accepted: generative, scoring")
  }

  static let refusals: [(code: String, reason: UnscoredReason)] = [
    ("1", .judgeError), ("2", .invalidInput), ("3", .invalidInput), ("4", .invalidInput), ("5", .timeout),
    ("6", .cancelled), ("7", .overloaded), ("8", .judgeError), ("-1", .judgeError), ("0", .judgeError),
  ]

  @Test(arguments: refusals) func aRefusedCallKeepsItsReason(code: String, reason: UnscoredReason) async throws {
    let judge = try Self.open("refuses_calls")
    await #expect(throws: Unscored(reason, "as you wished")) { try await judge.reply(to: Self.call(code)) }
  }

  static let broken: [(wish: String, message: String)] = [
    ("nan value", "score 'quality' has the value nan"),
    ("infinite value", "score 'quality' has the value inf"),
    ("score of 2", "score 'quality' is 2.0; accepted: 0 to 1, or NaN for a measure without bounds"),
    ("no name", "scores[0] has no name"),
    ("invalid name", "scores[0].name is not valid UTF-8"),
    ("invalid reason", "scores[0].reason is not valid UTF-8"),
    ("invalid text", "text is not valid UTF-8"),
    ("text without data", "text is not valid UTF-8"),
    ("text of all memory", "text is not valid UTF-8"),
    ("no scores", "it has no scores, though the judge says it is a scoring one"),
    ("twice the same", "two scores are named 'quality'"),
    (
      "not described",
      "its scores are not those the judge described; missing: [\"quality\"], not described: [\"other\"]"
    ),
    ("null score", "scores[0] is NULL"),
    ("null scores", "it states 1 scores and gives none"),
    ("many scores", "it has \(UInt.max) scores; the limit is 100000"),
    ("score without size", "scores[0] states a size of 0 bytes; accepted: 56 or more"),
    ("reply without size", "reply states a size of 0 bytes; accepted: 96 or more"),
    ("unknown finish", "finish is 9; accepted: 1 (stop), 2 (length), 3 (refused)"),
    ("usage", "usage.prompt_tokens is 18446744073709551614, which no count can be"),
    ("nan logprob", "tokens[0] has the log-probability nan"),
  ]

  @Test(arguments: broken) func aReplyThatBreaksTheContractIsNoScore(wish: String, message: String) async throws {
    let judge = try Self.open("broken_replies")
    let unscored = await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call(wish)) }
    #expect(unscored?.reason == .judgeError)
    #expect(unscored?.message.hasSuffix(message) == true, "\(unscored?.message ?? "")")
  }

  @Test func oddRepliesThatAreAllowed() async throws {
    let judge = try Self.open("broken_replies")
    let unbounded = try await judge.reply(to: Self.call("nan score"))
    #expect(unbounded.scores[0].outcome == .success(.init(value: 1, score: nil, reason: "said so")))
    let unscored = try await judge.reply(to: Self.call("unscored"))
    #expect(unscored.scores[0].outcome == .failure(Unscored(.invalidInput, "nothing to measure")))
    await #expect(throws: Unscored(.judgeError, "\u{FFFD} odd")) {
      try await judge.reply(to: Self.call("unknown status"))
    }
    await #expect(throws: Unscored(.judgeError, "plugin 'broken-replies' said that it has a reply and gave none")) {
      try await judge.reply(to: Self.call("no reply"))
    }
  }

  @Test func aPluginThatNeverRepliesIsOverAtItsDeadline() async throws {
    let judge = try Self.open("never_replies")
    let unscored = await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call(timeout: 30)) }
    #expect(unscored?.reason == .timeout)
    #expect(unscored?.message.hasPrefix("plugin 'never-replies' did not ") == true)
    #expect(unscored?.message.hasSuffix(" within 30 ms") == true)
    #expect(judge.counts.timeouts == 1)
    await judge.close()
    await #expect(throws: Unscored(.cancelled, "the judge 'j' is closed")) { try await judge.reply(to: Self.call()) }
  }

  @Test func aPluginThatHangsInSubmitIsReplacedAndThenLeftAlone() async throws {
    let judge = try Self.open("hangs_in_submit")
    // Whether a call has reached the plugin when its time is up depends on the machine, so the number of calls does too.
    var last = Unscored(.timeout, "")
    for _ in 0..<500 where last.reason == .timeout {
      do { _ = try await judge.reply(to: Self.call(timeout: 20)) } catch { last = error }
    }
    let message = "plugin 'hangs-in-submit' takes no more calls: it is closed, or too many hang in its submit"
    #expect(last == Unscored(.judgeError, message))
    #expect(judge.counts.timeouts >= 16)
    await judge.close()
  }

  @Test func aPluginThatDoesNotSubmitAtOnceAsItSaysIsNoLongerBelieved() async throws {
    let judge = try Self.open("slow_at_once")
    #expect(try await judge.reply(to: Self.call()).scores.count == 1)
    #expect(judge.counts == HostedJudge.Counts())
    // Whether a call has reached the plugin when its time is up depends on the machine, so the number of calls does too.
    while judge.counts.slowSubmits == 0 {
      let timeouts = judge.counts.timeouts
      let held = Task { try await judge.reply(to: Self.call("wait", timeout: 20)) }
      while judge.counts.timeouts == timeouts { await Task.yield() }
      #expect(try await judge.reply(to: Self.call()).scores.count == 1)
      await #expect(throws: Unscored.self) { try await held.value }
    }
    // From now on a submit that does not come back leaves its caller free: nothing else comes to end the wait.
    let unscored = await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call("wait", timeout: 20)) }
    #expect(unscored?.reason == .timeout)
    #expect(judge.counts.slowSubmits == 1)
    #expect(try await judge.reply(to: Self.call()).scores.count == 1)
    await judge.close()
  }

  @Test func aSecondReplyIsCountedAndNothingElse() async throws {
    let judge = try Self.open("replies_twice")
    for _ in 0..<100 {
      let reply = try await judge.reply(to: Self.call())
      #expect(reply.scores[0].outcome == .success(.init(value: 1, score: 1, reason: "said so")))
    }
    await judge.close()
    #expect(judge.counts.strayReplies == 100)
  }

  @Test func aFailureAfterTheReplyDoesNotTakeItBack() async throws {
    let judge = try Self.open("fails_after_reply")
    #expect(try await judge.reply(to: Self.call()).scores.count == 1)
  }

  /// Two calls to a judge that answers each call when the next one comes: one is answered, and the other one is certainly with
  /// the plugin then. Gives back the one that is left.
  static func oneLeft(_ judge: HostedJudge) async -> Task<JudgeReply, any Error> {
    final class Done: Sendable { let order = Mutex<[Int]>([]) }
    let gate = Gate()
    let done = Done()
    let tasks = (0..<2).map { at in
      Task {
        defer {
          done.order.withLock { $0.append(at) }
          gate.open()
        }
        return try await judge.reply(to: call())
      }
    }
    await gate.wait()
    return tasks[1 - done.order.withLock { $0[0] }]
  }

  @Test func aReplyAfterCloseIsCountedAndNothingElse() async throws {
    let first = try Self.open("replies_after_close")
    let left = await Self.oneLeft(first)
    await first.close()
    await #expect(throws: Unscored(.judgeError, "plugin 'replies-after-close' closed without answering the call")) {
      try await left.value
    }
    let second = try Self.open("replies_after_close")
    let other = await Self.oneLeft(second)
    await second.close()
    #expect(first.counts.strayReplies == 1)
    await #expect(throws: Unscored.self) { try await other.value }
    #expect(second.counts.strayReplies == 0)
  }

  @Test func aLateReplyIsCountedAndNothingElse() async throws {
    let judge = try Self.open("replies_late")
    let left = await Self.oneLeft(judge)
    left.cancel()
    await #expect(throws: Unscored(.cancelled, "the call was cancelled")) { try await left.value }
    let last = await Self.oneLeft(judge)
    await judge.close()
    await #expect(throws: Unscored(.cancelled, "closed")) { try await last.value }
    #expect(
      judge.counts
        == {
          var counts = HostedJudge.Counts(); counts.lateReplies = 1; return counts
        }())
  }

  @Test func cancellingTheTaskEndsTheCall() async throws {
    for name in ["never_replies", "hangs_in_submit"] {
      let judge = try Self.open(name)
      let task = Task { try await judge.reply(to: Self.call()) }
      task.cancel()
      await #expect(throws: Unscored(.cancelled, "the call was cancelled")) { try await task.value }
      await judge.close()
    }
  }

  @Test func callsThatAClosedJudgeLeavesOpenAreEnded() async throws {
    let judge = try Self.open("never_replies")
    let task = Task { try await judge.reply(to: Self.call()) }
    // The call is out when another one, queued behind it on the same threads, has run into its deadline.
    await #expect(throws: Unscored.self) { try await judge.reply(to: Self.call(timeout: 20)) }
    await judge.close()
    await #expect(throws: Unscored.self) { try await task.value }
  }

  @Test func manyCallsAtOnce() async throws {
    let judge = try Self.open("good")
    let answered = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<5000 {
        group.addTask { (try? await judge.reply(to: Self.call(timeout: 60_000)))?.scores.count == 1 }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(answered == 5000)
    #expect(judge.counts == HostedJudge.Counts())
  }

  @Test func manyCallsCancelledAtOnce() async throws {
    let judge = try Self.open("never_replies")
    let tasks = (0..<500).map { _ in Task { try await judge.reply(to: Self.call(timeout: 60_000)) } }
    for task in tasks { task.cancel() }
    for task in tasks { await #expect(throws: Unscored(.cancelled, "the call was cancelled")) { try await task.value } }
    await judge.close()
  }
}
