import Configuration
import HTTPServing
import JSON
import Rubrics
import Testing
import Wire

@testable import Service

/// Scores of two judges are on two scales, and never one reward: in process and over a port.
@Suite(.serialized, .timeLimit(.minutes(10))) struct CascadeRewardTests {
  private let scratch = EngineScratch()

  private static func post(_ asked: any Asked, _ path: String, _ body: JSONValue) async throws -> (
    Int, JSONValue, String
  ) {
    let came = try await JobBench.ask(asked, "POST", path, body)
    return (came.status, try JSONParser.parse(came.body), came.text)
  }

  @Test(arguments: [false, true]) func rewards(isLive: Bool) async throws {
    let bench = try await CascadeBench(in: scratch)
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    for reward in ["score", "rank", "group_normalized"] {
      let (status, answer, text) = try await Self.post(asked, "/v1/reward", CascadeBench.request(reward))
      #expect(
        status == 422 && answer["error"]?["code"] == "not_usable" && answer["error"]?["path"] == "reward", "\(text)")
      #expect(
        answer["error"]?["message"]?.string
          == "the reward \(reward) compares scores as they were given, and what judge 'cheap' is unsure of is scored by 'strong', "
          + "which may be stricter or milder; take the reward calibrated, which puts all judges on the scale of people, or a judge without 'then'"
      )
      // The same by the strong judge alone.
      #expect(try await Self.post(asked, "/v1/reward", CascadeBench.request(reward, judge: "strong")).0 == 200)
      let call: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "reward", "params": CascadeBench.request(reward)]
      let called = try await Self.post(asked, "/rpc", call).1
      #expect(called["result"] == nil && called["error"] != nil)
    }
    // Pairs are judged on other terms, to which no cascade was fitted: by one judge.
    #expect(try await Self.post(asked, "/v1/reward", CascadeBench.request("win_rate")).0 == 200)
  }

  /// Calibrated rewards are on one scale; the scores behind them are not, where judges share a group.
  @Test(arguments: [false, true]) func calibratedRewards(isLive: Bool) async throws {
    let bench = try await CascadeBench(in: scratch)
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    let (status, answer, text) = try await Self.post(asked, "/v1/reward", CascadeBench.request("calibrated"))
    #expect(status == 200, "\(text)")
    let groups = try #require(answer["groups"]?.array)
    #expect(groups.map { $0["id"]?.string } == CascadeBench.groups.map(\.id))
    for (group, made) in zip(groups, CascadeBench.groups) {
      let judges = (group["judgments"]?.array ?? []).map { $0["provenance"]?["fingerprint"]?.string ?? "" }
      #expect(judges == made.subjects.map { CascadeBench.isHard($0) ? "strong" : "cheap" })
      let scores = group["scores"]?.array ?? []
      #expect(scores.count == made.subjects.count)
      #expect(scores.allSatisfy(\.isNull) == (made.id == "mixed"), "\(group)")
      let calibrated = (group["judgments"]?.array ?? []).map { $0["calibrated"]?["scores"]?.array?.first ?? .null }
      #expect(group["rewards"]?.array == calibrated && calibrated.allSatisfy { $0.double != nil })
    }
  }

  /// Of pairs: each comparison is a vote, but the means of their scores are of one judge or there are none.
  @Test func winRatesCountVotesOfBoth() {
    func judgment(_ earlier: Int) -> Judgment {
      let provenance = Provenance(
        judge: nil, model: nil, fingerprint: nil, rubric: "r", style: "s", parser: "p", checks: nil, sampling: .null,
        seed: 0)
      var judgment = Judgment(id: "g/0-1", format: .pairwise, provenance: provenance)
      judgment.scores = [7, 3]
      judgment.comparison = .init(winner: 0, preference: [1, 0], ranking: [], confidence: 1, positionConsistent: nil)
      judgment.earlier = Array(repeating: judgment, count: earlier)
      return judgment
    }
    for (places, isMixed) in [([0, 0, 0], false), ([1, 1, 1], false), ([0, 0, 1], true)] {
      let parts: [RewardPlan.Part] = [.pair(0, 1), .pair(0, 2), .pair(1, 2)]
      let group = GroupScores.winRates(3, zip(parts, places).map { ($0, judgment($1)) })
      #expect(group.rewards == [1, 0.5, 0])
      #expect(group.scores == (isMixed ? [nil, nil, nil] : [7, 5, 3]), "\(places)")
    }
  }

  private static func route(_ path: String, _ dialect: String, _ reward: RouteSettings.Reward) -> RouteSettings {
    var route = RouteSettings(path: path, dialect: dialect, rubric: "made-up", judge: "cheap", onFailure: .httpError)
    route.reward = reward
    return route
  }

  /// Rollouts come one by one, so that no group could tell: the route itself is refused, and answers with an error where it is asked all the
  /// same.
  @Test(arguments: [false, true]) func routes(isLive: Bool) async throws {
    let routes = [
      Self.route("/slime", "slime", .score), Self.route("/get_reward", "openrlhf", .score),
      Self.route("/calibrated/slime", "slime", .calibrated),
      Self.route("/calibrated/get_reward", "openrlhf", .calibrated),
    ]
    let bench = try await CascadeBench(in: scratch, routes: routes)
    let asked: any Asked = isLive ? try LiveFront(bench.front) : bench.front
    var rewards: [String: Double] = [:]
    for group in try await Self.post(asked, "/v1/reward", CascadeBench.request("calibrated")).1["groups"]?.array ?? [] {
      let made = CascadeBench.groups.first { .string($0.id) == group["id"] }
      for (subject, reward) in zip(made?.subjects ?? [], group["rewards"]?.array ?? []) {
        rewards[subject] = reward.double
      }
    }
    #expect(rewards.count == 13)
    for (subject, reward) in rewards {
      let rollout: JSONValue = ["prompt": "How good?", "response": .string(CascadeBench.text(subject)), "label": nil]
      let (status, number, text) = try await Self.post(asked, "/calibrated/slime", rollout)
      #expect(status == 200 && number.double == reward, "\(text)")
    }
    let subjects = rewards.keys.sorted()
    let batch: JSONValue = [
      "query": .array(subjects.map { .string("How good?" + CascadeBench.text($0)) }),
      "prompts": .array(subjects.map { _ in "How good?" }),
    ]
    let answer = try await Self.post(asked, "/calibrated/get_reward", batch).1
    #expect(answer["rewards"]?.array?.map(\.double) == subjects.map { rewards[$0] })
    // From 0 to 1 on the scale of people.
    for (fraction, subject) in zip(answer["scores"]?.array ?? [], subjects) {
      let wanted = min(1, max(0, ((rewards[subject] ?? .nan) - 1) / 9))
      #expect(abs((fraction.double ?? .nan) - wanted) < 1e-12)
    }

    let raw: [(String, JSONValue)] = [
      ("/slime", ["prompt": "How good?", "response": .string(CascadeBench.text("s1")), "label": nil]),
      ("/get_reward", batch),
    ]
    for (path, body) in raw {
      let (status, answer, text) = try await Self.post(asked, path, body)
      #expect(status == 422 && answer["error"]?["code"] == "not_usable" && answer["error"]?["path"] == nil, "\(text)")
      #expect(answer["error"]?["message"]?.string?.contains("take the reward calibrated") == true)
    }
    for settings in routes {
      let route = try Route(settings, bench.engine)
      let isGood = (try? route.check(in: bench.generation)) != nil
      #expect(isGood == (settings.reward == .calibrated))
    }
  }

  /// A calibrated reward of a judge that has no calibration is refused, too.
  @Test func aRouteWithoutItsCalibration() async throws {
    let bench = try await CascadeBench(in: scratch)
    var settings = Self.route("/slime", "slime", .calibrated)
    settings.judge = "strong"
    let route = try Route(settings, bench.engine)
    let fault = #expect(throws: Fault.self) { try route.check(in: bench.generation) }
    #expect(fault?.message.hasPrefix("a calibrated reward needs a calibration of the judge for this rubric") == true)
  }
}
