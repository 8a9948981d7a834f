import Foundation
import JSON
import Testing

/// `cupel judge list` and `cupel judge probe`, on a plugin that answers at once.
@Suite(.oneAtATime) struct JudgeCommandTests {
  let scratch = Scratch()

  init() {
    scratch.write("r.jsonl", #"{"key": {"item": "a", "order": [0]}, "text": "x"}"#)
    scratch.write(
      "cupel.yaml",
      """
      plugins: [\(Program.folder)/libkit-plugin.so]
      judges:
        kit:
          plugin: kit
          options: {name: hal 9000}
          max_in_flight: 8
          timeout_ms: 60000
          prices: {currency: USD, per_million: {prompt: 2.5, cached: 0.25, completion: 10}, per_request: 0.001}
        dead: {plugin: kit, options: {name: unreachable}}
        slow: {plugin: kit, options: {name: asleep}}
        recorded: {plugin: replay, options: {file: r.jsonl}}
      """)
  }

  func judge(_ arguments: String...) -> Program.Finished { Program.run(["judge"] + arguments, in: scratch) }

  @Test func listsWhatIsKnown() {
    let finished = judge("list")
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(
      finished.output == """
        judge     plugin  kind        model        modalities               formats                      in flight   timeout  prices
        kit       kit     generative  hal 9000     text                     pointwise pairwise listwise          8  60000 ms  USD: 2.5 read, 0.25 read again, 10 written per million; 0.001 per request
        dead      kit     generative  unreachable  text                     pointwise pairwise listwise          9         -  -
        slow      kit     generative  asleep       text                     pointwise pairwise listwise          9         -  -
        recorded  replay  generative  -            text image frames sound  pointwise pairwise listwise          -         -  -

        """)
  }

  @Test func listsForPrograms() throws {
    let list = try JSONParser.parse(judge("list", "--format", "json").output).array ?? []
    #expect(list.map { $0["name"]?.string } == ["kit", "dead", "slow", "recorded"])
    #expect(list.map { $0["can_probe"]?.bool } == [true, true, true, false])
    #expect(
      list[0]["prices"]
        == [
          "currency": "USD", "per_million": ["prompt": 2.5, "cached": 0.25, "completion": 10.0], "per_request": 0.001,
        ])
  }

  @Test func aJudgeThatCannotBeOpenedIsListedAsAProblem() {
    scratch.write("two.yaml", "judges:\n  a: {plugin: replay, options: {file: r.jsonl}}\n  b: {plugin: chekcs}\n")
    let finished = judge("list", "--config", "two.yaml")
    #expect(finished.status == 6)
    #expect(finished.output.contains("\na      replay"))
    #expect(finished.errors.contains("two.yaml:3:3: judges.b: unknown judge plugin 'chekcs'; did you mean 'checks'?"))
  }

  @Test func probingTellsWhatWasFoundAndWhatItTook() {
    let finished = judge("probe", "kit")
    #expect(finished.status == 0, "\(finished.errors)")
    for part in [
      "\nmodel  yes  hal 9000\nsound  no   400: no audio\n", "\nprobing took: 2 requests\n",
      "\ncost: not known: the judge does not report every count that has a price\n",
      "\nlog-probabilities    up to 3 alternatives\n",
    ] {
      #expect(finished.output.contains(part), "\(finished.output)")
    }
  }

  /// What is printed is taken as it is, with the settings that the judge had.
  @Test func theConfigurationCanBePasted() throws {
    let printed = judge("probe", "kit").output
    let start = try #require(printed.range(of: "\njudges:\n"))
    scratch.write("pasted.yaml", "plugins: [\(Program.folder)/libkit-plugin.so]" + printed[start.lowerBound...])
    #expect(printed.contains("\n      name: \"hal 9000\"\n    max_in_flight: 8\n"))
    let finished = judge("list", "--config", "pasted.yaml")
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.output.contains("8  60000 ms  USD: 2.5 read, 0.25 read again, 10 written per million; 0.001 per"))
  }

  @Test func probesForPrograms() throws {
    let finished = judge("probe", "kit", "--format", "json")
    let report = try JSONParser.parse(finished.output)
    #expect(report["usable"] == true)
    #expect(report["findings"]?.array?.count == 2)
    #expect(report["usage"] == ["requests": 2])
    #expect(report["cost"]?["amount"] == .null)
    #expect(report["configuration"]?["judges"]?["kit"]?["options"] == ["name": "hal 9000"])
  }

  static let failures: [(arguments: [String], status: Int32, message: String)] = [
    (["dead"], 6, "judge 'dead' cannot be used: nothing listens there"),
    (["slow", "--timeout-ms", "100"], 6, "judge 'slow' cannot be used: the probe did not end within 100 ms"),
    (["recorded"], 2, "plugin 'replay' cannot probe its judges; this is what it says of this one"),
    (
      ["kti"], 2,
      "unknown judge 'kti'; did you mean 'kit'? accepted: kit, dead, slow, recorded, replay=FILE, openai=URL,MODEL"
    ),
    ([], 2, "there are several judges; name one with --judge"),
    (["openai=http://127.0.0.1:1/v1"], 2, "--judge openai=URL,MODEL: expected a base URL and the name of a model"),
    (["openai=ftp://127.0.0.1/v1,m"], 2, "'ftp://127.0.0.1/v1' is not a base URL"),
    (["--url", "http://127.0.0.1:1/v1"], 2, "--url needs --model"),
    (["--model", "m"], 2, "the server at --url, which is missing"),
    (["kit", "--url", "http://127.0.0.1:1/v1", "--model", "m"], 2, "give the name of a judge or --url, not both"),
    (["kit", "--timeout-ms", "0"], 2, "--timeout-ms 0: must be at least 1"),
  ]

  @Test(arguments: failures) func failuresSayWhatIsWrong(arguments: [String], status: Int32, message: String) {
    let finished = Program.run(["judge", "probe"] + arguments, in: scratch)
    #expect(finished.status == status, "\(finished.errors)")
    #expect(finished.errors.contains(message), "\(finished.errors)")
    if arguments == ["recorded"] { #expect(finished.output.contains("modalities           text image frames sound")) }
  }

  @Test func noJudgeAtAll() {
    let finished = Program.run(["judge", "probe"], in: Scratch())
    #expect(finished.status == 2)
    #expect(finished.errors.contains("no judges are configured; name a server as openai=URL,MODEL or with --url"))
    #expect(Program.run(["judge", "list"], in: Scratch()).errors.contains("no judges are configured"))
  }
}
