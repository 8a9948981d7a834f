import Configuration
import Documents
import JSON
import Judging
import Media
import PluginHost
import Rubrics
import Synchronization
import Testing
import Wire

@Suite struct ConfigurationTests {
  static func read(_ text: String) throws -> Configuration {
    try Configuration(try Document.parse(text, name: "etc/cupel.yaml"))
  }

  @Test func readsEverything() throws {
    let configuration = try Self.read(
      """
      judges:
        teacher:
          plugin: replay
          options: {file: replies.jsonl}
          sampling: {temperature: 0.2, max_tokens: 100, stop: END}
          max_in_flight: 8
          timeout_ms: 60000
          prices:
            currency: USD
            per_million: {prompt: 2.5, cached: 0.25, completion: 10, reasoning: 0.000001}
            per_request: 0.005
        default: {plugin: other}
      plugins: [libmine.so, /opt/plugins]
      rubrics: [rubrics]
      media: {roots: [pictures, /data], background: "#102030"}
      limits: {max_line_bytes: 2048, max_text_bytes: 4, max_input_bytes: 1, max_pixels: 2, max_memory_bytes: 1048576,
        max_chunk_bytes: 3, timeout_ms: 5}
      """)
    let teacher = try #require(configuration.judges.first)
    #expect(configuration.judges.map(\.name) == ["teacher", "default"])
    #expect(teacher.plugin == "replay")
    #expect(teacher.options["file"] == "replies.jsonl")
    #expect((teacher.sampling.temperature, teacher.sampling.maxTokens, teacher.sampling.stop) == (0.2, 100, ["END"]))
    #expect((teacher.maxInFlight, teacher.timeoutMilliseconds) == (8, 60000))
    let prices = try #require(teacher.prices)
    #expect(prices.currency == "USD")
    #expect(
      [prices.prompt, prices.cached, prices.completion, prices.reasoning, prices.request].map(\.decimal)
        == ["0.0000025", "0.00000025", "0.00001", "0.000000000001", "0.005"])
    #expect(configuration.judges.last?.prices == nil)
    #expect(configuration.plugins == ["etc/libmine.so", "/opt/plugins"])
    #expect(configuration.rubrics == ["etc/rubrics"])
    #expect(configuration.media.roots == ["etc/pictures", "/data"])
    #expect(configuration.limits.media.background == [16, 32, 48])
    #expect(configuration.limits.named.map(\.value) == [2048, 4, 1, 2, 1_048_576, 3, 5])
  }

  @Test(arguments: [
    ("qwen2.5-vl", MediaRequest.qwen2_5VL), ("{preset: flex-judge}", .flexJudge), ("{}", MediaRequest()),
    (
      "{frames: 3, image_size: fit 640x480}",
      with { ($0.frames, $0.imageSize) = (.count(3), .fit(width: 640, height: 480)) }
    ),
    ("{frames: every, frame_size: 8x4}", with { ($0.frames, $0.frameSize) = (.every, .exact(width: 8, height: 4)) }),
    ("{fps: 0.5, max_frames: 9}", with { $0.frames = .rate(.init(perSecond: 0.5, min: 1, max: 9)) }),
    (
      "{preset: qwen2.5-vl, max_frames: 16}",
      with(.qwen2_5VL) { $0.frames = .rate(.init(perSecond: 2, min: 4, max: 16, multipleOf: 2)) }
    ),
    ("{frames: scenes}", with { $0.frames = .scenes(.init()) }),
    (
      "{preset: flex-judge, frames: scenes, scene_threshold: 25.5, max_frames: 9}",
      with(.flexJudge) { $0.frames = .scenes(.init(threshold: 25.5, max: 9)) }
    ),
    ("{video_sound: true, loudness: true}", with { ($0.hearsVideos, $0.measuresLoudness) = (true, true) }),
    ("{sound_rate_hz: 8000, sound_channels: 1}", with { ($0.soundRate, $0.soundChannels) = (8000, 1) }),
  ])
  func whatAJudgeIsShownOfMedia(yaml: String, request: MediaRequest) throws {
    #expect(try Self.read("judges: {a: {plugin: p, media: \(yaml)}}").judges[0].media == request)
  }

  private static func with(
    _ base: MediaRequest = MediaRequest(), _ change: (inout MediaRequest) -> Void
  ) -> MediaRequest {
    var request = base
    change(&request)
    return request
  }

  @Test(arguments: [
    ("qwen", "unknown preset 'qwen'"), ("{frame: 3}", "unknown field 'frame'; did you mean 'frames'?"),
    ("{frames: 3, fps: 2}", "media.fps: stands beside 'frames'"), ("{max_frames: 3}", "media.max_frames: needs 'fps'"),
    ("{frames: all}", "media.frames: accepted: every, scenes, or a whole number from 1"),
    ("{frames: scenes, fps: 2}", "media.fps: stands beside 'frames: scenes'"),
    ("{scene_threshold: 2}", "media.scene_threshold: needs 'frames: scenes'"),
    ("{frames: scenes, scene_threshold: 101}", "media.scene_threshold: 101"),
    ("{loudness: 1}", "media.loudness: expected"),
    ("{fps: 0}", "media.fps: accepted: more than 0"), ("{frame_size: 4}", "media.frame_size: expected"),
    ("{image_size: 4x0}", "media.image_size: '4x0' is no size; accepted: as_stored, 448x448"),
    ("{fps: 1, max_frames: 2, min_frames: 3}", "frames, fewest: 3; accepted: 0 to 2"),
    ("7", "media: expected an object"),
  ])
  func whatCannotBeShownIsSaid(yaml: String, message: String) throws {
    let errors = #expect(throws: DocumentErrors.self) { try Self.read("judges: {a: {plugin: p, media: \(yaml)}}") }
    #expect(errors?.description.contains(message) == true, "\(errors?.description ?? "")")
  }

  @Test func decodingIsInWorkersUnlessStated() throws {
    #expect(try Self.read("{}").decodingPlace == .standard)
    #expect(try Self.read("decode: workers").decodingPlace == .standard)
    #expect(try Self.read("decode: in_process").decodingPlace == .inProcess)
  }

  @Test func anEmptyFileIsTheDefaults() throws {
    #expect(try Self.read("{}").limits == Limits())
  }

  static let refused: [(text: String, messages: [String])] = [
    (
      "judgs: {}",
      ["etc/cupel.yaml:1:1: judgs: unknown field 'judgs'; did you mean 'judges'? accepted: judges, plugins,"]
    ),
    ("decode: anywhere", ["decode: 'anywhere' is no place to decode; accepted: workers, in_process"]),
    ("listen: 127.0.0.1", ["unknown field 'listen'"]),
    ("[1]", ["expected an object, found an array"]),
    (
      "judges:\n  a: {plugn: x}\n  b: 7\nlimits: {max_pixels: 0}",
      [
        ": judges.a.plugn: unknown field 'plugn'; did you mean 'plugin'?", "judges.a: 'plugin' is missing",
        "etc/cupel.yaml:3:3: judges.b: expected an object", ": limits.max_pixels: 0 is out of range; accepted: 1 to",
      ]
    ),
    ("judges: {a=b: {plugin: x}}", ["must not be empty or hold '='"]),
    ("judges: {a: {plugin: x, max_in_flight: 0}}", ["judges.a.max_in_flight: 0 is out of range; accepted: 1 to 10000"]),
    ("judges: {a: {plugin: x, sampling: {temperature: 9}}}", ["judges.a.sampling.temperature: 9"]),
    (
      "judges: {a: {plugin: x, prices: {per_milion: {}, per_request: 0.0000000000001}}}",
      [
        "judges.a.prices.per_milion: unknown field 'per_milion'; did you mean 'per_million'?",
        "judges.a.prices: 'currency' is missing",
        "judges.a.prices.per_request: 1e-13 is finer than Cupel counts; accepted: at most 12 decimals",
      ]
    ),
    ("judges: {a: {plugin: x, prices: {currency: USD}}}", ["judges.a.prices: says no price; give per_million,"]),
    (
      "judges: {a: {plugin: x, prices: {currency: a b, per_million: {cached: -1, reasoning: 1.2345678, promt: 1}}}}",
      [
        "prices.currency: expected a currency such as",
        "per_million.cached: -1 is out of range; accepted: 0 to 1000000",
        "per_million.reasoning: 1.2345678 is finer than Cupel counts; accepted: at most 6 decimals",
        "per_million.promt: unknown field 'promt'; did you mean 'prompt'?",
        "per_million: 'prompt' is missing; say 0 for tokens that are free", "per_million: 'completion' is missing",
      ]
    ),
    ("media: {root: x}", ["did you mean 'roots'?"]),
    ("media: {background: white}", ["media.background: expected a colour such as \"#ffffff\", found 'white'"]),
    ("rubrics: rubrics", ["rubrics: expected an array, found a string"]),
    ("plugins: ['']", ["plugins[0]: must not be empty"]),
    ("limits: {max_line_byte: 1}", ["did you mean 'max_line_bytes'?"]),
    ("limits: {max_line_bytes: 1}\nlimits: {}", ["limits"]),
  ]

  @Test(arguments: refused) func refuses(text: String, messages: [String]) throws {
    let error = try #require(throws: (any Error).self) { try Self.read(text) }
    for message in messages { #expect("\(error)".contains(message), "\(error)") }
  }

  @Test func aFileThatIsNamedMustBeThere() throws {
    let error = try #require(throws: DocumentErrors.self) { try Configuration.find(named: "/nowhere/cupel.yaml") }
    #expect(error.description == "/nowhere/cupel.yaml: cannot be read: No such file or directory")
  }
}

@Suite struct InstallationTests {
  @Test func anInstalledTreeIsFoundFromItsExecutable() {
    let scratch = Scratch()
    scratch.write("opt/share/cupel/rubrics/r.yaml", "")
    let found = Installation(executable: scratch("opt/bin/cupel"))
    #expect(found.rubricFolders == [scratch("opt/share/cupel/rubrics")])
    #expect(found.styleFolders == [scratch("opt/share/cupel/styles")])
  }

  @Test func aDevelopmentBuildFindsItsSources() {
    let scratch = Scratch()
    scratch.write("Rubrics/r.yaml", "")
    #expect(Installation(executable: scratch(".build/x86/debug/cupel")).rubricFolders == [scratch("Rubrics")])
    #expect(Installation(executable: "/nowhere/bin/cupel").rubricFolders == [])
  }
}

@Suite struct LimitedJudgeTests {
  /// Answers when it is told to, and remembers how many calls it had at once.
  final class Slow: Judge {
    let gate = Gate()
    let calls = Mutex<(now: Int, most: Int, total: Int)>((0, 0, 0))
    let description = JudgeDescription(name: "slow", kind: .generative, fingerprint: "f")

    func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
      calls.withLock { calls in
        calls.now += 1
        calls.total += 1
        calls.most = max(calls.most, calls.now)
      }
      await gate.wait()
      calls.withLock { $0.now -= 1 }
      return JudgeReply(text: call.key.item)
    }
  }

  static func call(_ item: Int) -> JudgeCall {
    JudgeCall(key: CallKey(item: "\(item)", order: [0]), messages: [], sampling: Sampling(), promptDigest: "")
  }

  @Test func neverGivesMoreCallsThanTheLimit() async throws {
    let slow = Slow()
    let judge = LimitedJudge(slow, limit: 3)
    let replies = await withTaskGroup(of: String?.self) { group in
      for item in 0..<20 { group.addTask { try? await judge.reply(to: Self.call(item)).text } }
      while slow.calls.withLock({ $0.now }) < 3 { await Task.yield() }
      slow.gate.open()
      return await group.reduce(into: Set<String>()) { if let text = $1 { $0.insert(text) } }
    }
    #expect(replies.count == 20)
    #expect(slow.calls.withLock { $0.most } == 3)
  }

  @Test func cancellingEndsTheWait() async throws {
    let slow = Slow()
    let judge = LimitedJudge(slow, limit: 1)
    let first = Task { try await judge.reply(to: Self.call(0)).text }
    while slow.calls.withLock({ $0.now }) < 1 { await Task.yield() }
    let second = Task { try await judge.reply(to: Self.call(1)).text }
    second.cancel()
    let error = await #expect(throws: Unscored.self) { try await second.value }
    #expect(error?.reason == .cancelled)
    slow.gate.open()
    #expect(try await first.value == "0")
    #expect(try await judge.reply(to: Self.call(2)).text == "2")
    #expect(slow.calls.withLock { $0.total } == 2)
  }
}
