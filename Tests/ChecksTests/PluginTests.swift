import JSON
import Judging
import Media
import PluginHost
import Testing
import Wire

/// The plugin as the host has it: the shared library, loaded at run time.
@Suite struct PluginTests {
  private static let host = PluginHost(.standard(environment: ""))

  private func open(_ criteria: JSONValue) throws -> HostedJudge {
    try Self.host.judge(plugin: "checks", name: "checks", config: ["criteria": criteria])
  }

  private func call(_ messages: [JudgeMessage]) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: "i", response: 0, order: [0]), messages: messages, sampling: Sampling(), promptDigest: "")
  }

  @Test("a judge describes itself, scores texts and pictures, and says why a criterion has no score")
  func judges() async throws {
    let judge = try open([
      ["name": "number", "check": ["number": "$reference"]],
      ["name": "prompt", "check": ["contains": "$prompt"]],
      ["name": "size", "check": ["dimensions": ["width": 8, "height": 8]]],
      ["name": "same", "check": ["ssim": "$reference"]],
      ["name": "stuck", "check": ["regex": "(x+)+$"]],
    ])
    #expect(judge.description.kind == .scoring)
    #expect(judge.description.modalities == [.text, .image, .frames, .sound])
    let pixels = (0..<192).map { UInt8($0) }
    let reply = try await judge.reply(
      to: call([
        JudgeMessage(.user, [.text("How many?")]),
        JudgeMessage(
          .assistant,
          [
            .text("How many? 42\n" + String(repeating: "x", count: 50) + "!"),
            .image(Image(width: 8, height: 8, pixels: pixels)),
          ]),
        JudgeMessage(.reference, [.text("forty-two, 42")]),
      ]))
    #expect(reply.scores.map(\.name) == ["number", "prompt", "size", "same", "stuck"])
    #expect(reply.scores.map { try? $0.outcome.get().score } == [1, 1, 1, nil, nil])
    guard case .failure(let missing) = reply.scores[3].outcome, case .failure(let limit) = reply.scores[4].outcome
    else {
      Issue.record("a score without a reference picture, or past a limit")
      return
    }
    #expect(missing == Unscored(.invalidInput, "the reference has no image"))
    #expect(limit.reason == .invalidInput)
    #expect(limit.message.hasPrefix("the pattern reached its limit"))
    await judge.close()
  }

  @Test("a call without a response is refused")
  func noResponse() async throws {
    let judge = try open([["name": "a", "check": ["regex": "a"]]])
    await #expect(throws: Unscored.self) {
      try await judge.reply(to: call([JudgeMessage(.user, [.text("hello")])]))
    }
    await judge.close()
  }

  @Test("a mistake in the rubric comes back with its place")
  func badConfiguration() {
    #expect {
      _ = try open([["name": "a", "check": ["regx": "a"]]])
    } throws: { error in
      "\(error)".contains("criteria[0].check.regx: unknown check 'regx'; did you mean 'regex'?")
    }
  }

  @Test("calls from many threads get their own answers")
  func concurrentCalls() async throws {
    let judge = try open([
      ["name": "n", "check": ["number": "$reference"]], ["name": "r", "check": ["regex": "^(\\d+) is$"]],
    ])
    let scores = await withTaskGroup(of: Double?.self) { group in
      for number in 0..<200 {
        group.addTask {
          let reply = try? await judge.reply(
            to: call([
              JudgeMessage(.assistant, [.text("\(number)")]),
              JudgeMessage(.reference, [.text("\(number % 2 * number)")]),
            ]))
          guard let score = try? reply?.scores.first?.outcome.get().score else { return nil }
          return number % 2 == 1 || number == 0 ? score : 1 - score
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(scores == [Double?](repeating: 1, count: 200))
    await judge.close()
  }
}
