import Foundation
import JSON
import Judging
import PluginKit
import Testing
import Wire

@testable import Llama
@testable import LlamaScheduling

/// Models that see a picture as a whole, each of its tokens all others: what that changes, with one that does not.
@Suite struct WholePictureTests {
  let model: LlamaModel
  let projector: Projector
  let context: Context

  init() throws {
    let path = Fixture.path("\(Fixture.vision)-mmproj")
    let options = try LlamaOptions(JSONReader(Fixture.options(Fixture.vision, ["mmproj": .string(path)])))
    model = try LlamaModel(options)
    projector = try Projector(path: path, model, options)
    context = try Context(model, projector, options)
  }

  /// What the model gives to each token after a picture in a row of its own.
  private func logits(row: Int, isWhole: Bool) throws -> [Float] {
    let prompt = try Prompt(
      [JudgeMessage(.user, [.image(Fixture.picture(84, 112, 1))])], model: model,
      MediaPlacing(projector, .images, mostTokens: 100))
    let span = prompt.units.spans[0]
    var reader = MediaReader(projector, cacheBytes: 0)
    let made = try reader.embeddings(of: try #require(prompt.media[span.content]))
    let embeddings = Embeddings(width: made.width, floats: made.floats, positions: made.positions, isWhole: isWhole)
    let entry = Scheduler.MediaEntry(request: 1, row: row, position: 0, span: span, isLast: true)
    guard context.decode(embeddings, at: entry) == 0 else { return [] }
    return Array(try #require(context.logits(after: -1)))
  }

  private func logitsOfText(row: Int) throws -> [Float] {
    let entries = (0..<8).map {
      Scheduler.Entry(request: 1, row: row, position: $0, token: Int32(20 + $0), isLast: $0 == 7)
    }
    guard context.decode(entries) == 0 else { return [] }
    return Array(try #require(context.logits(after: 7)))
  }

  private func distance(_ one: [Float], _ other: [Float]) -> Float {
    zip(one, other).map { abs($0 - $1) }.max() ?? .infinity
  }

  @Test func itsTokensSeeEachOtherAndTextAfterItDoesNot() throws {
    let text = try logitsOfText(row: 0)
    let parts = try logits(row: 1, isWhole: false)
    let whole = try logits(row: 2, isWhole: true)
    #expect(distance(parts, whole) > 0.01)
    #expect(try distance(parts, logits(row: 3, isWhole: false)) < 0.0001)
    #expect(try distance(whole, logits(row: 4, isWhole: true)) < 0.0001)
    #expect(try distance(text, logitsOfText(row: 5)) < 0.0001)
  }
}

/// Log-probabilities of float32 on both sides, summed in another order. Twice that of other models: every layer has a GELU, and what lies
/// between two numbers of its half precision goes to one or the other of them.
private let tolerance = 0.001
/// Without what ggml does in half precision (generate_whole.py).
private let toleranceOfHalfPrecision = 0.01

/// Gemma 3, against `transformers` in float32 on the same weights and pictures.
@Suite struct WholePictureReferenceTests {
  private static func call(_ reference: MediaReference) -> JudgeCall {
    Fixture.call(reference.messages, Sampling(maxTokens: reference.steps.count, topLogprobs: 5))
  }

  @Test(arguments: MediaReference.whole)
  func greedyRepliesAreTheSame(_ reference: MediaReference) async throws {
    let judge = try Fixture.seeingJudge(model: Fixture.whole)
    defer { judge.close() }
    let reply = try await judge.reply(to: Self.call(reference))
    #expect(
      reply.usage
        == Usage(promptTokens: reference.tokens, completionTokens: reference.steps.count, cachedTokens: 0))
    #expect(Reference.distance(reply, reference.steps, judge.model) < toleranceOfHalfPrecision)
    #expect(Reference.distance(reply, reference.rounded, judge.model) < tolerance)
  }

  /// In whatever steps their prompts are read, and whatever they take over from each other.
  @Test func manyAtOnceGetWhatOneAloneGets() async throws {
    let judge = try Fixture.seeingJudge(["slots": 3, "batch": 48], model: Fixture.whole)
    defer { judge.close() }
    let references = MediaReference.whole + MediaReference.whole + MediaReference.whole
    let replies = try await withThrowingTaskGroup(of: (Int, JudgeReply).self) { group in
      for (at, reference) in references.enumerated() {
        group.addTask { (at, try await judge.reply(to: Self.call(reference))) }
      }
      return try await group.reduce(into: [Int: JudgeReply]()) { $0[$1.0] = $1.1 }
    }
    for (at, reference) in references.enumerated() {
      #expect(Reference.distance(try #require(replies[at]), reference.rounded, judge.model) < tolerance)
    }
    #expect(replies.values.contains { ($0.usage.cachedTokens ?? 0) > 36 })
  }

  /// llama.cpp would end the process.
  @Test(arguments: [(168, 168), (50, 30), (1, 1)])
  func aPictureThatIsMoreThanAStepIsRefused(_ width: Int, _ height: Int) async throws {
    let judge = try Fixture.seeingJudge(["slots": 1, "batch": 32, "cache_bytes": 0], model: Fixture.whole)
    defer { judge.close() }
    let failure = await ReplyTests.failure(judge, Fixture.call([.image(Fixture.picture(width, height, 1))]))
    #expect(failure?.kind == .invalidInput)
    #expect(
      failure?.message
        == "a \(width) x \(height) picture is 36 tokens, which this model computes at once, and a step has 32; raise 'batch'"
    )
    // What does not hold one is answered.
    #expect(try await judge.reply(to: Fixture.call("score", Sampling(maxTokens: 2))).usage.completionTokens == 2)
  }
}
