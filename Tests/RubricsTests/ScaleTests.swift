import Documents
import JSON
import Testing

@testable import Rubrics

@Suite struct ScaleTests {
  static func scale(_ value: JSONValue?) throws -> Scale {
    var findings = Findings()
    let scale = Scale(JSONReader(try #require(value)), &findings)
    return try #require(scale, "\(findings.errors)")
  }

  @Test func tokensOfTheTable() throws {
    let lines = try Tree.table(Tree.fixtures + "/scale-tokens.jsonl")
    #expect(lines.count > 100)
    for line in lines {
      let token = try #require(line["token"]?.string)
      let got: JSONValue =
        switch try Self.scale(line["scale"]).value(of: token) {
        case .success(let value): .number(value)
        case .failure(.notAnAnswer): "notAnAnswer"
        case .failure(.outOfRange): "outOfRange"
        case .failure(.offStep): "offStep"
        }
      #expect(got.withWholeNumbers == line["result"], "'\(token)' on \(line["scale"] ?? nil)")
    }
  }

  @Test func wordingOfTheTable() throws {
    for line in try Tree.table(Tree.fixtures + "/scale-wording.jsonl") {
      let scale = try Self.scale(line["scale"])
      #expect(scale.phrase == line["phrase"]?.string)
      #expect(scale.wording == line["wording"]?.string)
    }
  }

  @Test func whatTheWordingOffersIsAccepted() throws {
    for line in try Tree.table(Tree.fixtures + "/scale-wording.jsonl") {
      let scale = try Self.scale(line["scale"])
      for value in scale.anchors.map(\.value) + [scale.minimum, scale.maximum] {
        #expect(scale.value(of: scale.answer(for: value)) == .success(value))
      }
    }
  }

  @Test func numbersFromJSONAreHeldAgainstTheSameRange() {
    let scale = Scale(1, 10)
    #expect(scale.value(of: 8.0) == .success(8))
    #expect(scale.value(of: 8.5) == .failure(.offStep(8.5)))
    #expect(scale.value(of: 11.0) == .failure(.outOfRange(11)))
    #expect(scale.value(of: Double.nan) == .failure(.notAnAnswer))
    #expect(scale.value(of: -Double.infinity) == .failure(.notAnAnswer))
    #expect(Scale(labels: [.init("no", 0), .init("yes", 1)]).value(of: 1.0) == .failure(.notAnAnswer))
  }

  @Test func fractionsGoThereAndBack() {
    let scale = Scale(1, 5)
    #expect(scale.fraction(of: 1) == 0)
    #expect(scale.fraction(of: 4) == 0.75)
    #expect(scale.value(atFraction: 0.75) == 4)
    #expect(Scale(labels: [.init("good", 3), .init("bad", -1)]).fraction(of: 1) == 0.5)
  }

  @Test func theSchemaSaysTheSame() {
    #expect(Scale(1, 10).schema == ["type": "integer", "minimum": 1, "maximum": 10])
    #expect(Scale(0, 1, step: nil).schema == ["type": "number", "minimum": 0, "maximum": 1])
    #expect(Scale(labels: [.init("yes", 1), .init("no", 0)]).schema == ["enum": ["no", "yes"]])
  }
}
