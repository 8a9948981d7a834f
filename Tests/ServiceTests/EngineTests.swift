import CupelTesting
import Judging
import Service
import Testing
import Wire

@Suite struct EngineTests {
  @Test func judgesItemsSideBySide() async throws {
    let engine = Engine(TestBench.generation(["default": TestBench.steady(8)]), metrics: Metrics())
    let session = try engine.generation.session(on: Terms(rubric: "helpfulness"))
    let items = (0..<5).map { Item(id: "q\($0)", prompt: Content("1 + \($0)?"), responses: [Content("\($0 + 1)")]) }
    let admission = try engine.admit(items.count, for: TestBench.caller())
    var scores: [Int: Double?] = [:]
    for await (index, judged) in admission.judge(items, in: session) {
      #expect(judged.judgment.id == items[index].id)
      scores[index] = judged.judgment.scores.first ?? nil
    }
    #expect(scores == [0: 8, 1: 8, 2: 8, 3: 8, 4: 8])
  }

  @Test(arguments: [
    (Terms(rubric: "helpfulnes"), "unknown rubric 'helpfulnes'; did you mean 'helpfulness'?"),
    (Terms(rubric: "helpfulness", judge: "nobody"), "unknown judge 'nobody'"),
  ])
  func refusesTermsThatCannotBe(_ terms: Terms, _ message: String) throws {
    let generation = TestBench.generation(["default": TestBench.steady(8)])
    let fault = #expect(throws: Fault.self) { try generation.session(on: terms) }
    #expect(fault?.code == .notUsable)
    #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "")")
  }
}
