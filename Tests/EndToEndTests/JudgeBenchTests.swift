import CupelTesting
import Foundation
import JSON
import Media
import Testing
import Wire

/// `cupel judge bench`, on a server that counts words as tokens, 256 for a picture, and keeps the beginnings of what it has read.
@Suite(.oneAtATime) struct JudgeBenchTests {
  let scratch = Scratch()

  @Sendable static func counting(_ request: ModelServer.Request) -> ModelServer.Reply {
    guard let body = request.json else { return .error(400, "no body") }
    func tokens(_ content: JSONValue?) -> Int {
      guard let parts = content?.array else {
        return (content?.string ?? "").split { $0 == " " || $0 == "\n" }.count
      }
      return parts.reduce(0) { $0 + ($1["image_url"] == nil ? tokens($1["text"]) : 256) }
    }
    let words = (body["messages"]?.array ?? []).reduce(0) { $0 + tokens($1["content"]) }
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

  /// A server that is shown images; its judge is called `sees`.
  private func seeing(_ url: String) {
    scratch.write(
      "cupel.yaml",
      "judges:\n  sees: {plugin: openai, options: {url: \"\(url)/v1\", model: tiny, modalities: [image]}}\n")
  }

  @Test func everyRolloutIsAskedAfterThePicture() async throws {
    let server = try ModelServer(script: Self.counting)
    defer { server.close() }
    seeing(server.url)
    func asked(_ arguments: String...) throws -> [[ReceivedPart]] {
      let before = server.requests.count
      let finished = Program.run(
        ["judge", "bench", "sees", "--only", "picture", "--prompt-tokens", "80", "--format", "json"] + arguments,
        in: scratch)
      #expect(finished.status == 0, "\(finished.errors)")
      let report = try JSONParser.parse(finished.output)
      #expect(report["skipped"] == [])
      let part = try #require(report["parts"]?.array?.first)
      #expect(part["name"] == "picture" && part["calls"]?.int == 16 && part["failed"]?.int == 0)
      let read = part["usage"]?["prompt_tokens"]?.int ?? 0
      // The picture comes on top of the words.
      #expect((16 * (256 + 80)...16 * (256 + 100)).contains(read), "\(read)")
      return try server.requests.dropFirst(before + 1).map { try ReceivedPart.all($0.json) }
    }
    let first = try asked("--seed", "5", "--picture-size", "50x34")
    #expect(first.count == 16 && first.allSatisfy { $0.count == 3 && $0[0] == first[0][0] && $0[1] == first[0][1] })
    #expect(Set(first.compactMap { $0[2].text }).count == 16)
    guard case .image("image/png", let file) = first[0][1] else { throw ReceivedPart.Strange(part: "\(first[0][1])") }
    let picture = try #require(try await TestMedia.decoded(file).image)
    #expect(picture.width == 50 && picture.height == 34 && Set(picture.pixels).count > 100)
    let again = try asked("--seed", "5", "--picture-size", "50x34")
    #expect(again[0][1] == first[0][1])
    let other = try asked("--seed", "6", "--picture-size", "50x34")
    #expect(other[0][0] != first[0][0] && other[0][1] != first[0][1])
  }

  @Test func aPictureIsNotForAJudgeThatReads() throws {
    let server = try ModelServer(script: Self.counting)
    defer { server.close() }
    let reason = "the judge is not shown images (its modalities: text); if its model can be, configure image"
    let alone = bench(server.url, "--only", "picture")
    #expect(alone.status == 2 && alone.output.isEmpty && server.requests.isEmpty)
    #expect(alone.errors.contains("nothing to ask judge 'openai'; picture: not asked: \(reason)"), "\(alone.errors)")
    let both = ["--only", "picture", "--only", "short", "--prompt-tokens", "50"]
    let table = Program.run(["judge", "bench", "openai=\(server.url)/v1,tiny"] + both, in: scratch)
    #expect(table.status == 0 && table.output.contains("\n\npicture: not asked: \(reason)\n"), "\(table.output)")
    let json = Program.run(
      ["judge", "bench", "openai=\(server.url)/v1,tiny", "--format", "json"] + both, in: scratch)
    let report = try JSONParser.parse(json.output)
    #expect(report["skipped"] == [["name": "picture", "reason": .string(reason)]])
    #expect(report["parts"]?.array?.map { $0["name"]?.string } == ["short"])
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
    (["x", "--picture-size", "448"], 2, "must be WIDTHxHEIGHT, as in 448x448, with sides of 1 to 4096"),
    (["x", "--picture-size", "0x448"], 2, "sides of 1 to 4096"),
    (["x", "--picture-size", "448x4097"], 2, "sides of 1 to 4096"),
    (["x", "--picture-size", "448x448x1"], 2, "must be WIDTHxHEIGHT"),
    (["nobody"], 2, "unknown judge 'nobody'"),
  ]

  @Test(arguments: failures) func failuresSayWhatIsWrong(arguments: [String], status: Int32, message: String) {
    let finished = Program.run(["judge", "bench"] + arguments, in: scratch)
    #expect(finished.status == status, "\(finished.errors)")
    #expect(finished.errors.contains(message), "\(finished.errors)")
  }
}
