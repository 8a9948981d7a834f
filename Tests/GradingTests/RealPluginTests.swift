import Foundation
import JSON
import Judging
import Media
import PluginHost
import Testing
import Wire

@testable import Grading
@testable import Rubrics

/// The same road with the shipped plugins as the host loads them: checks, png and replay.
@Suite struct RealPluginTests {
  static let host = PluginHost()

  private func checks(_ rubric: Rubric) throws -> any Judge {
    let criteria: [JSONValue] = rubric.checked.map { ["name": .string($0.name), "check": $0.check ?? .null] }
    return try Self.host.judge(plugin: "checks", name: "checks", config: ["criteria": .array(criteria)])
  }

  @Test func textIsCheckedAgainstItsReference() async throws {
    let rubric = try Rubric(
      yaml: """
        name: t
        criteria:
          - {name: right, weight: 3, check: {number: $reference}}
          - {name: short, weight: 1, check: {word_count: {max: 3}}}
          - {name: polite, check: {contains: [sir], mode: none}, required: true, weight: 0}
        """)
    let pipeline = try Pipeline(rubric: rubric, judge: nil, checks: checks(rubric), media: nil)
    let item = Item("It is 42, I am sure.", "\\boxed{42}", "43, sir", reference: "42")
    let judgment = await pipeline.judge(item)
    #expect(judgment.scores == [0.75, 1, 0])
    #expect(judgment.criteria.map(\.name) == ["right", "short", "polite"])
    #expect(try judgment.criteria[2].outcomes.map { try $0.get().passed } == [true, true, false])
    #expect(judgment.provenance.checks != nil)
    #expect(judgment.provenance.judge == nil)
  }

  @Test func aMissingReferenceIsNoScore() async throws {
    let rubric = try Rubric(yaml: "name: t\ncriteria: [{name: right, check: {number: $reference}}]")
    let judgment = try await Pipeline(rubric: rubric, judge: nil, checks: checks(rubric), media: nil).judge(Item("42"))
    #expect(judgment.unscored.map(\.unscored.reason) == [.invalidInput])
    #expect(judgment.scores == [nil])
  }

  @Test func picturesAreDecodedAndChecked() async throws {
    let folder = Shipped.root + "/Tests/PNGTests/Fixtures/files"
    let rubric = try Rubric(
      yaml: "name: t\ncriteria: [{name: size, check: {dimensions: {min_width: 1}}}]")
    let media = MediaLoader(decoders: Self.host.decoders(.standard), roots: [folder], base: folder)
    let pipeline = try Pipeline(rubric: rubric, judge: nil, checks: checks(rubric), media: media)
    let references = ["rgb-8.png", "missing.png", "../DecodeTests.swift"]
    let responses = references.map { Content(parts: [.media(MediaReference(kind: .image, url: $0))]) }
    let judgment = await pipeline.judge(Item(id: "q", responses: responses))
    #expect(judgment.scores == [1, nil, nil])
    #expect(judgment.unscored.map(\.unscored.reason) == [.invalidInput, .invalidInput])
    #expect(judgment.provenance.media.count == 1)
  }

  @Test func aRecordedJudgeAnswersByKey() async throws {
    let file = NSTemporaryDirectory() + "cupel-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let lines = [
      #"{"key":{"attempt":0,"item":"q1","order":[0,1],"sample":0},"text":"<think>A.</think><answer>4</answer><answer>2</answer>"}"#,
      #"{"key":{"attempt":0,"item":"q1","order":[1,0],"sample":0},"text":"<answer>1</answer><answer>5</answer>"}"#,
    ]
    try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let judge = try Self.host.judge(plugin: "replay", name: "recorded", config: ["file": .string(file)])
    let rubric = try Rubric(yaml: "name: t\ndescription: d\nformat: pairwise\norder: both")
    let pipeline = try Pipeline(rubric: rubric, judge: judge, checks: nil, media: nil)
    let judgment = await pipeline.judge(Item("x", "y"))
    #expect(judgment.scores == [4.5, 1.5])
    #expect(judgment.comparison?.positionConsistent == true)
    let missing = await pipeline.judge(Item("x", "y", id: "q2"))
    #expect(missing.unscored.map(\.unscored.reason) == [.judgeError])
    #expect(missing.unscored[0].unscored.message.contains("q2"))
  }
}
