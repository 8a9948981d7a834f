import Foundation
import Testing

/// The rubrics that are shipped, and those that docs/rubrics.md shows, by the program that users check theirs with. It opens
/// their checks, which the host alone cannot.
@Suite(.oneAtATime) struct RubricPageTests {
  @Test func everyShippedRubricIsRight() {
    let finished = Program.run(["rubric", "check"], in: Scratch())
    #expect(finished.status == 0, "\(finished.errors)")
    let lines = finished.output.split(separator: "\n")
    #expect(lines.count >= 14)
    #expect(lines.allSatisfy { $0.contains(": ok (") && $0.contains("@sha256:") })
  }

  @Test func everyRubricOnThePageIsRight() {
    let page = Scratch.content(of: "\(Program.repository)/docs/rubrics.md")
    let blocks = page.components(separatedBy: "\n```yaml\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    #expect(blocks.count >= 4)
    let scratch = Scratch()
    let files = blocks.enumerated().map { number, text in scratch.write("page\(number).yaml", text) }
    let finished = Program.run(["rubric", "check"] + files, in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
  }

  @Test func aCheckThatIsUnknownIsToldWithItsLine() {
    let scratch = Scratch()
    scratch.write("mine.yaml", "criteria:\n  - {name: a, check: {contanis: x}}\n")
    let finished = Program.run(["rubric", "check", "mine.yaml"], in: scratch)
    #expect(finished.status != 0)
    #expect(
      finished.errors.contains(
        "mine.yaml:2:23: criteria[0].check.contanis: unknown check 'contanis'; did you mean 'contains'?"),
      "\(finished.errors)")
  }
}
