import CupelTesting
import Foundation
import JSON
import Testing
import Wire

/// `cupel judge bench`, on a server that counts words as tokens and keeps the beginnings of what it has read.
@Suite(.oneAtATime) struct JudgeBenchTests {
  let scratch = Scratch()

  @Sendable static func counting(_ request: ModelServer.Request) -> ModelServer.Reply {
    guard let body = request.json else { return .error(400, "no body") }
    let words = (body["messages"]?.array ?? []).reduce(0) { sum, message in
      sum + (message["content"]?.string ?? "").split { $0 == " " || $0 == "\n" }.count
    }
    var completion = ModelServer.ChatCompletion(
      Array(repeating: .init(.string("<answer>4</answer>")), count: request.wantedChoices))
    let written = body["max_tokens"]?.int ?? 0
    completion.usage = Usage(
      promptTokens: words, completionTokens: written * request.wantedChoices, cachedTokens: words / 2)
    return .chat(completion)
  }

  func bench(_ url: String, _ arguments: String...) -> Program.Finished {
    Program.run(["judge", "bench", "openai=\(url)/v1,tiny"] + arguments, in: scratch)
  }

  @Test func everyPartIsAskedAndCounted() throws {
    let server = try ModelServer(script: Self.counting)
    defer { server.close() }
    let finished = bench(
      server.url, "--prompt-tokens", "500", "--reply-tokens", "7", "--at-once", "3", "--format", "json")
    #expect(finished.status == 0, "\(finished.errors)")
    let report = try JSONParser.parse(finished.output)
    let parts = report["parts"]?.array ?? []
    #expect(parts.map { $0["name"]?.string } == ["first token", "long", "short", "samples", "group", "rate"])
    #expect(parts.map { $0["calls"]?.int } == [1, 1, 5, 16, 16, 8])
    #expect(parts.map { $0["at_once"]?.int } == [1, 1, 1, 2, 16, 3])
    #expect(parts.allSatisfy { $0["failed"]?.int == 0 && ($0["calls_per_second"]?.double ?? 0) > 0 })
    #expect(parts.map { $0["usage"]?["completion_tokens"]?.int } == [1, 7, 35, 112, 112, 56])
    // A long prompt is as long as it was asked to be, but for the system message; samples are asked for with `n`.
    let read = parts.compactMap { $0["usage"]?["prompt_tokens"]?.int }
    #expect((450...550).contains(read[0]) && (450...550).contains(read[1]))
    #expect((900...1100).contains(read[3]) && (7200...8800).contains(read[4]))
    for part in parts {
      let asked = (part["usage"]?["prompt_tokens"]?.int ?? 0) + (part["usage"]?["completion_tokens"]?.int ?? 0)
      #expect(part["tokens_asked"]?.int == asked)
      #expect(part["tokens_computed"]?.int == asked - (part["usage"]?["cached_tokens"]?.int ?? 0))
    }
    #expect(report["first_token_ms"]?.double.map { $0 > 0 } == true)
    #expect(report["model"]?.string == "tiny")
    let asked = server.requests.compactMap { $0.json }
    #expect(asked.filter { $0["n"]?.int == 8 }.count == 2)
    #expect(asked.count == 1 + 1 + 1 + 5 + 2 + 16 + 8)
  }

  @Test func oneSeedAsksTheSame() throws {
    let server = try ModelServer(script: Self.counting)
    defer { server.close() }
    func bodies(_ arguments: String...) -> [[UInt8]] {
      let before = server.requests.count
      let all =
        ["judge", "bench", "openai=\(server.url)/v1,tiny", "--only", "short", "--prompt-tokens", "50"] + arguments
      #expect(Program.run(all, in: scratch).status == 0)
      return server.requests.dropFirst(before).map(\.body)
    }
    let first = bodies("--seed", "5")
    #expect(first.count == 6 && Set(first).count == 6)
    #expect(bodies("--seed", "5") == first)
    #expect(Set(bodies()).isDisjoint(with: first))
  }

  @Test func whatFailsHasNoSpeed() throws {
    let server = try ModelServer { request in
      request.times > 1 || request.ordinal > 1 ? .error(400, "too long") : Self.counting(request)
    }
    defer { server.close() }
    let finished = bench(server.url, "--only", "group", "--prompt-tokens", "100")
    #expect(finished.status == 6)
    #expect(finished.output.contains(/\ngroup +16 +16 +[0-9.]+ +- +- +- +- +-\n/), "\(finished.output)")
    #expect(finished.errors.contains("error: group, 16 at once: 16 of 16 calls failed: "), "\(finished.errors)")
    #expect(finished.errors.contains("too long"))
  }

  @Test func aJudgeThatCountsNothing() {
    scratch.write(
      "cupel.yaml",
      "plugins: [\(Program.folder)/libkit-plugin.so]\njudges:\n  kit: {plugin: kit, options: {name: hal}, max_in_flight: 2}\n"
    )
    let finished = Program.run(["judge", "bench", "--seed", "3", "--prompt-tokens", "100"], in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.output.hasPrefix("judge kit: plugin kit, model hal\n\npart "), "\(finished.output)")
    // At most as many at once as the configuration allows.
    #expect(finished.output.contains(/\ngroup +16 +2 +[0-9.]+ +[0-9.]+ +- +- +- +-\n/), "\(finished.output)")
    #expect(
      finished.output.hasSuffix(
        "\nfirst token after: not known; reading: not known; writing: not known\ntexts of --seed 3\n"))
  }

  static let failures: [(arguments: [String], status: Int32, message: String)] = [
    (
      ["openai=http://127.0.0.1:1/v1,m", "--timeout-ms", "2000"], 6,
      "judge 'openai' cannot be used: nothing listens at http://127.0.0.1:1/v1"
    ),
    ([], 2, "no judges are configured; name a server as openai=URL,MODEL"),
    (["x", "--prompt-tokens", "3"], 2, "--prompt-tokens 3: must be 20 to 1000000"),
    (["x", "--reply-tokens", "1"], 2, "--reply-tokens 1: must be 2 to 100000"),
    (["x", "--at-once", "0"], 2, "--at-once 0: must be 1 to 4096"),
    (["x", "--only", "shrt"], 2, "shrt"),
    (["nobody"], 2, "unknown judge 'nobody'"),
  ]

  @Test(arguments: failures) func failuresSayWhatIsWrong(arguments: [String], status: Int32, message: String) {
    let finished = Program.run(["judge", "bench"] + arguments, in: scratch)
    #expect(finished.status == status, "\(finished.errors)")
    #expect(finished.errors.contains(message), "\(finished.errors)")
  }
}
