import Documents
import JSON
import Testing

@testable import Rubrics

/// The YAML blocks of docs/rubrics.md are what they say they are.
@Suite struct DocsTests {
  /// A fenced block: the word after `yaml`, and the text.
  struct Block: Sendable, CustomTestStringConvertible {
    let kind: String
    let text: String
    var testDescription: String { "\(kind): \(text.prefix(while: { !$0.isNewline }))" }
  }

  static let page = (try? Tree.text(Tree.root + "/docs/rubrics.md")) ?? ""

  static let blocks: [Block] = {
    var blocks: [Block] = []
    var kind: String?
    var lines: [Substring] = []
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if let open = kind, line == "```" {
        blocks.append(Block(kind: open, text: lines.joined(separator: "\n")))
        kind = nil
      } else if kind != nil {
        lines.append(line)
      } else if line.hasPrefix("```yaml") {
        kind = String(line.dropFirst("```yaml".count).drop(while: \.isWhitespace))
        lines = []
      }
    }
    return blocks
  }()

  @Test func thereAreExamplesOfEveryKind() {
    #expect(Set(Self.blocks.map(\.kind)) == ["", "scale", "style", "fragment"])
    #expect(Self.blocks.filter { $0.kind == "" }.count >= 4)
  }

  @Test(arguments: blocks) func loads(block: Block) throws {
    let document = try Document.parse(block.text, name: "rubrics.md")
    switch block.kind {
    case "": #expect(try Tree.rubric(block.text).name == document.root.require("name").string())
    case "style": _ = try Style(document)
    case "scale":
      var findings = Findings()
      #expect(Scale(document.root, &findings) != nil, "\(findings.errors)")
    default: #expect(document.root.value.object != nil)
    }
  }

  @Test func everyFieldIsDescribed() {
    let names = Rubric.fields + Criterion.fields + Scale.fields + SamplingSettings.fields + Style.fields
    let slots = Template.Slot.allCases.map { "{\($0.rawValue)}" }
    for name in names.map({ $0 }) + slots {
      #expect(Self.page.contains("`\(name)`") || Self.page.contains("\n\(name): "), "\(name)")
    }
  }
}
