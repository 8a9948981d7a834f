import Foundation
import Testing

/// The configurations of docs/judges.md, by the program that users check theirs with.
@Suite(.oneAtATime) struct JudgesPageTests {
  @Test func everyConfigurationOnThePageIsRight() {
    let page = Scratch.content(of: "\(Program.repository)/docs/judges.md")
    let blocks = page.components(separatedBy: "\n```yaml\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    #expect(blocks.count >= 6)
    for block in blocks {
      let scratch = Scratch()
      scratch.write("cupel.yaml", block + "\n")
      let finished = Program.run(["config", "check"], in: scratch, environment: ["JUDGE_API_KEY": "secret-key"])
      #expect(finished.status == 0, "\(block)\n\(finished.errors)")
      #expect(finished.output.contains("plugin openai") && !finished.output.contains("secret-key"))
    }
  }
}
