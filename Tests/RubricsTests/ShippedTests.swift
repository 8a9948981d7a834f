import Documents
import JSON
import Testing
import Wire

@testable import Rubrics

/// What is shipped under Rubrics/ is complete, and what the README there says of it is so.
@Suite struct ShippedTests {
  @Test func everyRubricLoads() throws {
    let entries = Tree.library.list()
    #expect(entries.count >= 12)
    for entry in entries {
      let rubric = try entry.rubric.get()
      #expect(rubric.name == entry.name)
      #expect(!rubric.description.isEmpty)
      #expect(rubric.digest.hasPrefix("sha256:") && rubric.digest.count == 71)
    }
  }

  @Test func everyStyleLoadsAndCanBeAskedForWithItsVersion() throws {
    #expect(Tree.library.styleNames() == ["bracketed", "flex-judge", "json", "result"])
    for name in Tree.library.styleNames() {
      let style = try Tree.library.style(name)
      #expect(try Tree.library.style(style.reference) == style)
      #expect(!style.description.isEmpty && style.formats.contains(.pointwise))
    }
  }

  @Test func theREADMEListsEveryRubricWithItsFormatAndStyle() throws {
    let rows = try Tree.text(Tree.rubrics + "/README.md").split(separator: "\n").filter { $0.hasPrefix("| [") }
    #expect(rows.count == Tree.library.list().count)
    for entry in Tree.library.list() {
      let rubric = try entry.rubric.get()
      let row = try #require(
        rows.first { $0.hasPrefix("| [\(entry.name)](\(entry.name)/rubric.yaml) |") }, "\(entry.name)")
      let cells = row.split(separator: "|").map { String(Substring($0).trimmed) }
      #expect(cells[2] == (rubric.style != nil ? rubric.format.rawValue : "any"), "\(entry.name)")
      #expect(cells[3] == (rubric.style?.name ?? "none"), "\(entry.name)")
    }
  }

  @Test func everyAskedRubricHasATableOfReplies() throws {
    for entry in Tree.library.list() {
      let rubric = try entry.rubric.get()
      let file = "\(Tree.rubrics)/\(entry.name)/replies.jsonl"
      guard rubric.style != nil else {
        #expect(!Folder.isFile(file), "\(entry.name) asks nothing in words")
        continue
      }
      let lines = try Tree.table(file).map { JSONReader($0) }
      #expect(lines.count >= 12, "\(entry.name)")
      #expect(Set(try lines.map { try $0.require("name").string() }).count == lines.count, "\(entry.name)")
      for line in lines { try check(line, of: rubric) }
    }
  }

  /// The line names a call that the rubric makes, and expects what such a call can give.
  private func check(_ line: JSONReader, of rubric: Rubric) throws {
    try line.allowOnly("name", "format", "candidates", "criterion", "shown", "reply", "reasoning", "finish", "expect")
    let name = "\(rubric.name): \(try line.require("name").string())"
    let format: JudgmentFormat = try line.require("format").choice()
    let shapes = rubric.shapes(in: format, responses: try line.require("candidates").int(in: 1...26))
    let criterion = try line["criterion"]?.string()
    let shape = try #require(shapes.first { criterion == nil || $0.questions[0].name == criterion }, "\(name)")
    #expect((criterion != nil) == (shapes.count > 1), "\(name)")
    let expect = try line.require("expect")
    if let scores = expect["scores"] {
      #expect(try scores.array().count == shape.count && !shape.isComparison, "\(name)")
      for (place, score) in try scores.array().enumerated() {
        #expect(shape.question(at: place).scale.contains(try score.double()), "\(name)")
      }
    } else if expect["winner"] != nil {
      #expect(shape.isComparison, "\(name)")
    } else {
      _ = try expect.require("unscored").choice(UnscoredReason.self)
    }
  }

  @Test(arguments: JudgmentFormat.allCases) func everyPromptSaysAllThatTheJudgeNeeds(format: JudgmentFormat) throws {
    for entry in Tree.library.list() {
      let rubric = try entry.rubric.get()
      guard let layout = rubric.style?.layouts[format] else { continue }
      for shape in rubric.shapes(in: format, responses: format == .listwise ? 3 : 2) {
        var slots = rubric.slots(for: shape)
        for slot in [Template.Slot.prompt, .reference, .responses, .boundary] { slots[slot] = "<\(slot.rawValue)>" }
        let prompt = layout.system.render(slots) + "\n" + layout.user.render(slots)
        for part in slots.values { #expect(prompt.contains(part), "\(rubric.name) \(format)") }
        for question in shape.questions where rubric.criteria.contains(where: { $0.name == question.name }) {
          #expect(prompt.contains("- \(question.name): "), "\(rubric.name)")
        }
        #expect(!prompt.contains("{task}") && !prompt.contains("\n\n\n"), "\(rubric.name)")
      }
    }
  }
}

extension Scale {
  fileprivate func contains(_ value: Double) -> Bool {
    if case .labels(let labels) = kind { return labels.contains { $0.value == value } }
    if case .success = self.value(of: value) { return true }
    return false
  }
}
