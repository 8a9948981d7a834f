import Foundation
import Testing

/// The configurations under "Reward models" in docs/judges.md open as judges that give numbers.
@Suite(.oneAtATime) struct RewardPageTests {
  private static let section =
    Scratch.content(of: "\(Program.repository)/docs/judges.md").components(separatedBy: "\n## Reward models\n").last
    ?? ""

  static let blocks = section.components(separatedBy: "\n```yaml\n").dropFirst().compactMap {
    $0.components(separatedBy: "\n```").first
  }

  @Test func thereAreSome() { #expect(Self.blocks.count >= 3) }

  @Test(arguments: blocks.indices) func everyJudgeOpens(at: Int) {
    let scratch = Scratch()
    scratch.write("cupel.yaml", Self.blocks[at])
    let finished = Program.run(["config", "check"], in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    let judges = finished.output.split(separator: "\n").filter { $0.contains(": plugin openai, ") }
    #expect(!judges.isEmpty && judges.allSatisfy { $0.contains("scoring, model ") }, "\(finished.output)")
  }
}
