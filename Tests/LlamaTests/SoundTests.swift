import Foundation
import JSON
import Judging
import Media
import PluginKit
import Testing
import Wire

@testable import Llama

extension Fixture {
  static let hearing = "qwen2-audio"

  /// A judge that hears.
  static func hearingJudge(_ more: [String: JSONValue] = [:]) throws -> LlamaJudge {
    try judge(hearing, ["mmproj": .string(path("\(hearing)-mmproj"))].merging(more) { $1 })
  }

  /// The patterns of generate_sound.py.
  static func sound(_ count: Int, _ seed: Int, rate: Int = 16_000) -> Sound {
    Sound(
      rate: rate, channels: 1,
      samples: (0..<count).map { Float(($0 * (13 + seed) + $0 / 800 * 7 * seed) % 256) / 512 - 0.25 })
  }
}

/// Of log-probabilities in float32 on both sides, summed in another order.
private let tolerance = 0.0001
/// ggml computes the convolutions of the encoder in half precision (generate_sound.py).
private let toleranceOfHalfPrecision = 0.002
/// Between calls in parallel and alone, which hear the same embeddings.
private let toleranceOfOrder = 0.0001

/// Against `transformers` in float32 on the same weights and sounds.
@Suite struct SoundReferenceTests {
  struct Case {
    let name: String
    let messages: [JudgeMessage]
    let tokens: Int
    let steps: [Reference.Step]
    let rounded: [Reference.Step]
  }

  static func read(_ name: String) throws -> Case {
    let bytes = FileManager.default.contents(atPath: "\(Fixture.folder)/sound.json") ?? Data()
    let reader = try JSONReader(JSONParser.parse([UInt8](bytes))).require(Fixture.hearing).require(name)
    let messages = try reader.require("messages").array().map { message in
      JudgeMessage(
        try message.require("role").choice(),
        try message.require("parts").array().map { part in
          if part.value.string != nil { return .text(try part.string()) }
          let numbers = try part.array().map { try $0.int() }
          return .sound(Fixture.sound(numbers[0], numbers[1]))
        })
    }
    return Case(
      name: name, messages: messages, tokens: try reader.require("tokens").int(), steps: try Reference.steps(reader),
      rounded: try Reference.steps(reader, "rounded"))
  }

  @Test(arguments: ["sound", "sounds"])
  func greedyRepliesAreTheSame(_ name: String) async throws {
    let reference = try Self.read(name)
    let judge = try Fixture.hearingJudge()
    defer { judge.close() }
    let reply = try await judge.reply(
      to: Fixture.call(reference.messages, Sampling(maxTokens: reference.steps.count, topLogprobs: 5)))
    #expect(reply.usage.promptTokens == reference.tokens)
    #expect(Reference.distance(reply, reference.steps, judge.model) < toleranceOfHalfPrecision)
    #expect(Reference.distance(reply, reference.rounded, judge.model) < tolerance)
  }

  /// Otherwise the tests here would not hear a wrong sound.
  @Test func anotherSoundGivesAnotherReply() async throws {
    let judge = try Fixture.hearingJudge()
    defer { judge.close() }
    var logprobs: [Double] = []
    for sound in [Fixture.sound(48_000, 1), Fixture.sound(48_000, 2), Fixture.sound(32_000, 1)] {
      let reply = try await judge.reply(to: Fixture.call([.sound(sound)], Sampling(maxTokens: 1, topLogprobs: 1)))
      logprobs.append(try #require(reply.tokens.first?.top.first?.logprob))
    }
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
      #expect(abs(logprobs[one] - logprobs[other]) > 10 * tolerance, "\(logprobs)")
    }
  }

  @Test func soundsAreHeardInParallelAsAlone() async throws {
    let judge = try Fixture.hearingJudge()
    defer { judge.close() }
    let one = JudgePart.sound(Fixture.sound(16_000, 1))
    let other = JudgePart.sound(Fixture.sound(8_000, 2))
    let prompts: [[JudgePart]] = [
      [.text("a"), one], [.text("a"), one, .text("b")], [other, .text("or"), one], [one, .text("or"), other],
    ]
    let calls = prompts.enumerated().map { number, parts in
      Fixture.call(parts, Sampling(temperature: 0, maxTokens: 6, topLogprobs: 1), item: "q\(number)")
    }
    let replies = try await withThrowingTaskGroup(of: (Int, JudgeReply).self) { group in
      for (at, call) in calls.enumerated() { group.addTask { (at, try await judge.reply(to: call)) } }
      return try await group.reduce(into: [Int: JudgeReply]()) { $0[$1.0] = $1.1 }
    }
    for (at, call) in calls.enumerated() {
      let alone = try Fixture.hearingJudge(["slots": 1, "cache_bytes": 0, "media_cache_bytes": 0])
      let expected = try await alone.reply(to: call)
      alone.close()
      let reply = try #require(replies[at])
      #expect(reply.text == expected.text)
      #expect(SharedComputationTests.distance(reply, expected) < toleranceOfOrder)
    }
    #expect(Set(replies.values.map { ($0.tokens[0].logprob * 1000).rounded() }).count == 4)
  }
}

@Suite struct SoundReplyTests {
  @Test func whatIsNotHeardSaysWhy() async throws {
    let judge = try Fixture.hearingJudge(["context": 800])
    defer { judge.close() }
    let cases: [(Sound, String)] = [
      (
        Fixture.sound(44_100, 1, rate: 44_100),
        "the sound has 1 channels at 44100 Hz, and the model hears one at 16000 Hz; say 'media: {sound_rate_hz: 16000, sound_channels: 1}' for the judge"
      ),
      (
        Sound(rate: 16_000, channels: 2, samples: [Float](repeating: 0, count: 32_000)),
        "the sound has 2 channels at 16000 Hz, and the model hears one at 16000 Hz; say 'media: {sound_rate_hz: 16000, sound_channels: 1}' for the judge"
      ),
      (Fixture.sound(0, 1), "a sound of 0.0 s is too short; the shortest is 0.1 s"),
      (Fixture.sound(1, 1), "a sound of 6.25e-05 s is too short; the shortest is 0.1 s"),
      (
        Fixture.sound(800 * 16_000, 1),
        "a sound of 800 s is more than the context of 800 tokens holds; raise 'context', or cut it"
      ),
    ]
    for (sound, expected) in cases {
      let failure = await ReplyTests.failure(judge, Fixture.call([.sound(sound)]))
      #expect(failure?.kind == .invalidInput)
      #expect(failure?.message == expected)
    }
    let picture = await ReplyTests.failure(judge, Fixture.call([.image(Fixture.picture(28, 28, 1))]))
    #expect(picture?.message.hasSuffix("(qwen2a) takes no pictures") == true)
    let long = await ReplyTests.failure(judge, Fixture.call([.sound(Fixture.sound(480_001, 1))]))
    #expect(long?.message.contains("tokens, 1500 of them for 2 pictures or sounds, leave no room") == true)
  }

  @Test func aSoundThatIsNoneIsNoReply() async throws {
    let judge = try Fixture.hearingJudge()
    defer { judge.close() }
    for wrong in [Float.nan, .infinity] {
      var samples = Fixture.sound(16_000, 1).samples
      samples[8_000] = wrong
      let sound = Sound(rate: 16_000, channels: 1, samples: samples)
      let failure = await ReplyTests.failure(judge, Fixture.call([.sound(sound)], Sampling(maxTokens: 2)))
      #expect(failure?.kind == .invalidInput)
      #expect(failure?.message == "sample 8000 of the sound is not a number")
    }
  }

  @Test func aShortSoundAndSilenceAreHeard() async throws {
    let judge = try Fixture.hearingJudge()
    defer { judge.close() }
    for samples in [Fixture.sound(1_600, 1).samples, [Float](repeating: 0, count: 16_000)] {
      let sound = Sound(rate: 16_000, channels: 1, samples: samples)
      let reply = try await judge.reply(to: Fixture.call([.sound(sound)], Sampling(maxTokens: 1)))
      #expect(reply.usage.promptTokens.map { $0 > 750 } == true)
    }
  }

  @Test func modalitiesAreThoseOfTheProjector() async throws {
    let judge = try Fixture.hearingJudge()
    defer { judge.close() }
    #expect(judge.description.modalities == [.text, .sound])
    let report = try await judge.probe(timeoutMilliseconds: 60_000)
    let found = Dictionary(uniqueKeysWithValues: report.findings.map { ($0.name, $0) })
    #expect(found["images"] == .init("images", .no, "the projector takes none"))
    #expect(found["sound"]?.status == .yes)
    #expect(found["projector"]?.detail.hasPrefix("qwen2a, ") == true)
  }
}
