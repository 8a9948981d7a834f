import Foundation
import Testing

/// The configurations of docs/judges.md, by the program that users check theirs with.
@Suite(.oneAtATime) struct JudgesPageTests {
  let blocks = Scratch.content(of: "\(Program.repository)/docs/judges.md").components(separatedBy: "\n```yaml\n")
    .dropFirst()
    .compactMap { $0.components(separatedBy: "\n```").first }

  @Test func everyConfigurationOnThePageIsRight() {
    #expect(blocks.count >= 6)
    for block in blocks where !block.contains("plugin: llama") {
      let scratch = Scratch()
      scratch.write("cupel.yaml", block + "\n")
      let finished = Program.run(["config", "check"], in: scratch, environment: ["JUDGE_API_KEY": "secret-key"])
      #expect(finished.status == 0, "\(block)\n\(finished.errors)")
      #expect(finished.output.contains("plugin openai") && !finished.output.contains("secret-key"))
    }
  }

  /// With small models under the names on the page.
  @Test(.enabled(if: Program.hasLlama, "llama.cpp's library is not there"))
  func theConfigurationOfAModelInTheProcessIsRight() throws {
    let block = try #require(blocks.first { $0.contains("plugin: llama") })
    let scratch = Scratch()
    LlamaCommandTests.link("qwen2.5-vl", to: "flex-vl-Q8_0", in: scratch)
    LlamaCommandTests.link("qwen2.5-vl-mmproj", to: "flex-vl-mmproj", in: scratch)
    scratch.write("cupel.yaml", block.replacing("context: 8192", with: "context: 1024") + "\n")
    let finished = Program.run(["config", "check"], in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(finished.output.contains("local: plugin llama, generative"), "\(finished.output)")
  }
}
