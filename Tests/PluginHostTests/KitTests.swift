import CupelTesting
import Foundation
import JSON
import Judging
import PluginHost
import Synchronization
import Testing
import Wire

/// PluginKit through a plugin that is written on it (Tests/KitPlugin), from the host's side.
@Suite struct KitTests {
  static let library =
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path + "/libkit-plugin.so"

  static func judge(_ config: JSONValue = [:]) throws -> HostedJudge {
    let host = PluginHost(PluginSearch(named: [library]))
    try #require(host.failures.isEmpty, "\(host.failures)")
    return try host.judge(plugin: "kit", name: "k", config: config)
  }

  @Test func theDescriptorAndTheDescription() throws {
    let host = PluginHost(PluginSearch(named: [Self.library]))
    let info = try #require(host.plugins.first)
    #expect(info.id == "kit" && info.version == "2.1.0" && info.summary == "For the tests of PluginKit.")
    #expect(info.capabilities == ["cupel.judge/1", "cupel.judge.logprobs/1", "cupel.judge.probe/1"])
    let description = try Self.judge(["name": "m"]).description
    #expect(description.kind == .generative && description.model == "m")
    #expect(description.maxInFlight == 9 && description.maxTopLogprobs == 3)
    #expect(description.maxSamples == 4 && description.canProbe)
  }

  @Test func severalSamplesComeAsOneReply() async throws {
    let judge = try Self.judge()
    let reply = try await judge.reply(to: HostedJudgeTests.call("samples", samples: 3))
    #expect([reply.text] + reply.more.map(\.text) == ["sample 0", "sample 1", "sample 2"])
    #expect(reply.usage == Usage(completionTokens: 9, requests: 1))
    await #expect(
      throws: Unscored(.judgeError, "the reply breaks the contract: it is one of 1 replies, and 3 were asked for")
    ) { try await judge.reply(to: HostedJudgeTests.call("too few", samples: 3)) }
  }

  @Test func aCallBelongsToTheTraceOfItsTask() async throws {
    let judge = try Self.judge()
    let parent = try #require(TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"))
    let call = HostedJudgeTests.call("trace")
    var owned = call
    owned.traceParent = parent.part("0000000000000001")
    let inside = try await TraceParent.$current.withValue(parent) { [owned] in
      [try await judge.reply(to: call).text, try await judge.reply(to: owned).text]
    }
    #expect(inside == [parent.text, owned.traceParent?.text])
    #expect(try await judge.reply(to: call).text == "none")
  }

  @Test func aFailureTellsWhatItCost() async throws {
    let judge = try Self.judge()
    let unscored = await #expect(throws: Unscored.self) { try await judge.reply(to: HostedJudgeTests.call("paid for")) }
    #expect(unscored == Unscored(.judgeError, "half a reply", spent: Usage(completionTokens: 7, requests: 3)))
  }

  @Test func aProbeReportsWhatWasTried() async throws {
    let report = try await Self.judge(["name": "m"]).probe(timeoutMilliseconds: 3_600_000)
    #expect(
      report
        == ProbeReport(
          findings: [.init("model", .yes, "m"), .init("sound", .no, "400: no audio")], usage: Usage(requests: 2),
          options: JSONObject([("name", "m")])))
  }

  @Test(arguments: [
    ("unreachable", 3_600_000, UnscoredReason.judgeError, "nothing listens there"),
    ("asleep", 1, .timeout, "the probe did not end within 1 ms"),
  ])
  func aProbeThatFindsNothingSaysWhy(name: String, timeout: Int, reason: UnscoredReason, message: String) async throws {
    let judge = try Self.judge(["name": .string(name)])
    await #expect(throws: Unscored(reason, message)) { try await judge.probe(timeoutMilliseconds: timeout) }
    await judge.close()
  }

  @Test func anAnswerThatComesLater() async throws {
    let reply = try await Self.judge().reply(to: HostedJudgeTests.call())
    #expect(reply == JudgeReply(text: "one two three", model: "kit", usage: Usage(requests: 1)))
  }

  static let errors: [(wish: String, unscored: Unscored)] = [
    ("plugin error", Unscored(.overloaded, "busy")), ("unscored", Unscored(.judgeError, "cut off")),
    ("json error", Unscored(.invalidInput, "a.b: bad field")),
    ("other error", Unscored(.judgeError, "something else")),
  ]

  @Test(arguments: errors, ways)
  func anErrorKeepsItsKind(error: (wish: String, unscored: Unscored), config: JSONValue) async throws {
    let judge = try Self.judge(config)
    await #expect(throws: error.unscored) { try await judge.reply(to: HostedJudgeTests.call(error.wish)) }
  }

  @Test func aBadFieldIsNamedWithItsPath() {
    let failure = #expect(throws: PluginFailure.self) { try Self.judge(["nmae": "x"]) }
    #expect(
      failure?.description
        == "judge 'k' (plugin 'kit'): nmae: unknown field 'nmae'; did you mean 'name'? accepted: name")
  }

  /// Calls go through threads of the host's, or start on that of who asks.
  static let ways: [JSONValue] = [["name": "kit"], ["name": "at once"], ["name": "texts at once"]]

  @Test(arguments: ["wait", "ignore cancel"], ways)
  func cancellingReachesTheJudge(wish: String, config: JSONValue) async throws {
    let judge = try Self.judge(config)
    let tasks = (0..<50).map { _ in Task { try await judge.reply(to: HostedJudgeTests.call(wish)) } }
    for task in tasks { task.cancel() }
    for task in tasks { await #expect(throws: Unscored(.cancelled, "the call was cancelled")) { try await task.value } }
    await judge.close()
    #expect(judge.counts.strayReplies == 0)
  }

  @Test(arguments: ways) func closingAnswersWhatIsOut(config: JSONValue) async throws {
    let judge = try Self.judge(config)
    let tasks = (0..<20).map { _ in Task { try await judge.reply(to: HostedJudgeTests.call("wait")) } }
    // All are out when a later call has been answered by the plugin, or refused because the judge is closed by then.
    _ = try await judge.reply(to: HostedJudgeTests.call())
    await judge.close()
    for task in tasks {
      let unscored = await #expect(throws: Unscored.self) { try await task.value }
      #expect(unscored?.reason == .cancelled || unscored?.reason == .judgeError)
    }
    #expect(judge.counts.strayReplies == 0)
  }

  @Test func aLineForTheLogArrivesUnderThePluginsName() throws {
    let lines = LogLines.seen
    _ = try Self.judge(["name": "logged"])
    let mine = lines.of("kit", "opened logged")
    #expect(mine.map(\.plugin) == ["kit"] && mine.map(\.level) == [.debug])
  }

  @Test(arguments: ways) func manyCallsAtOnce(config: JSONValue) async throws {
    let judge = try Self.judge(config)
    let answered = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<2000 {
        group.addTask { (try? await judge.reply(to: HostedJudgeTests.call(timeout: 60_000)))?.text == "one two three" }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(answered == 2000)
  }

  /// Closing while calls are being submitted by other threads: close comes after the last submit, and each call ends.
  @Test(arguments: ways) func closingWhileCallsCome(config: JSONValue) async throws {
    for _ in 0..<50 {
      let judge = try Self.judge(config)
      let ended = await withTaskGroup(of: Int.self) { group in
        for number in 0..<40 {
          group.addTask {
            if number == 20 { await judge.close() }
            _ = try? await judge.reply(to: HostedJudgeTests.call("wait", timeout: 60_000))
            return 1
          }
        }
        return await group.reduce(0, +)
      }
      #expect(ended == 40)
      #expect(judge.counts.strayReplies == 0 && judge.counts.timeouts == 0)
    }
  }

  @Test(arguments: ways) func itKeepsToTheContract(config: JSONValue) {
    let findings = ConformanceTests.findings(Self.library, config: config)
    for (check, outcome) in findings where !check.hasPrefix("decoder") { #expect(outcome == .success, "\(check)") }
  }
}
