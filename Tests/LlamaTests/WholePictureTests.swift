import Foundation
import JSON
import Judging
import Testing

@testable import Llama
@testable import LlamaScheduling

/// Models that see a picture as a whole: each of its tokens sees all others. There is no small one of them here, so that it is the
/// computation alone that is looked at.
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
