import Configuration
import CupelTesting
import Documents
import Judging
import Rubrics
import Testing
import Wire

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct GenerationTests {
  static func configuration(_ text: String) throws -> Configuration {
    try Configuration(try Document.parse(text, name: "cupel.yaml"))
  }

  static func fault(_ generation: Generation, _ terms: Terms) -> Fault? {
    do throws(Fault) {
      _ = try generation.session(on: terms)
      return nil
    } catch {
      return error
    }
  }

  @Test func aSessionIsMadeOnce() throws {
    let generation = TestBench.generation(["default": TestBench.steady(8)])
    let session = try generation.session(on: EngineBench.terms)
    #expect(try generation.session(on: EngineBench.terms) === session)
    for seed in 0..<300 as Range<UInt64> {
      var terms = EngineBench.terms
      terms.seed = seed
      #expect(try generation.session(on: terms) !== session)
    }
    // One that was not asked for in a long time is made anew.
    #expect(try generation.session(on: EngineBench.terms) !== session)
  }

  /// What a client may not name: files of the server, and judges that it configures by itself.
  @Test(arguments: [
    (Terms(rubric: "./Rubrics/helpfulness"), "unknown rubric './Rubrics/helpfulness'"),
    (Terms(rubric: "/etc/passwd"), "unknown rubric '/etc/passwd'"),
    (Terms(rubric: "rubric.yaml"), "unknown rubric 'rubric.yaml'"),
    (Terms(rubric: ""), "unknown rubric ''"),
    (Terms(rubric: "helpfulness", judge: "openai=http://10.0.0.1/v1"), "unknown judge 'openai=http://10.0.0.1/v1'"),
    (Terms(rubric: "helpfulness", judge: ""), "unknown judge ''"),
  ])
  func knowsOnlyWhatIsConfigured(_ terms: Terms, _ message: String) {
    let generation = TestBench.generation(["default": TestBench.steady(8)])
    let fault = Self.fault(generation, terms)
    #expect(fault?.code == .notUsable && fault?.message.hasPrefix(message) == true, "\(fault?.message ?? "")")
  }

  @Test(
    arguments: [
      (["a"], "a", nil), (["a", "default"], "default", nil),
      (["a", "b"], nil, "there are several judges; name one of them: a, b"),
      ([], nil, "rubric 'helpfulness' asks a judge, and none is configured"),
    ] as [([String], String?, String?)])
  func findsTheJudgeThatIsMeant(_ names: [String], _ judge: String?, _ message: String?) {
    let generation = TestBench.generation(Dictionary(uniqueKeysWithValues: names.map { ($0, TestBench.steady(8)) }))
    #expect((try? generation.session(on: EngineBench.terms))?.judge == judge)
    #expect(Self.fault(generation, EngineBench.terms)?.message == message)
  }

  @Test func aJudgeThatDidNotChangeIsKept() throws {
    let text = """
      judges:
        same: {plugin: replay, options: {file: REPLIES}, max_in_flight: 3}
        changed: {plugin: replay, options: {file: REPLIES}, max_in_flight: MANY}
        gone: {plugin: replay, options: {file: REPLIES}}
      """
    let scratch = EngineScratch()
    scratch.write("replies.jsonl", "")
    let first = text.replacing("REPLIES", with: scratch("replies.jsonl"))
    let before = Generation(Workbench(try Self.configuration(first.replacing("MANY", with: "4"))))
    #expect(before.problems() == [])
    let second = first.replacing("MANY", with: "5").replacing("gone:", with: "new:")
    let after = Generation(Workbench(try Self.configuration(second)), after: before)
    #expect(after.number == 2 && after.problems() == [])
    let old = ["same", "changed"].map { try? before.judge(named: $0)?.judge }
    let new = ["same", "changed"].map { try? after.judge(named: $0)?.judge }
    #expect(old[0] != nil && old[0] === new[0])
    #expect(new[1] != nil && old[1] !== new[1])
    #expect(after.judgeCounts.map(\.name) == ["changed", "new", "same"])
  }

  @Test func whatIsWrongIsSaidBeforeItIsAskedFor() throws {
    let scratch = EngineScratch()
    scratch.write("broken.yaml", "name: broken\nscale: {min: 3, max: 1}\n")
    let text = """
      rubrics: [\(scratch("."))]
      judges: {bad: {plugin: replay, options: {fil: x}}, nowhere: {plugin: nothing}}
      """
    let generation = Generation(Workbench(try Self.configuration(text)))
    let problems = generation.problems()
    #expect(problems.count >= 3, "\(problems)")
    for part in ["broken.yaml", "fil", "nothing"] { #expect(problems.contains { $0.contains(part) }, "\(part)") }
    // A client is told that it is so, and nothing of the server's files.
    for terms in [Terms(rubric: "broken"), Terms(rubric: "helpfulness", judge: "bad")] {
      let fault = Self.fault(generation, terms)
      #expect(fault?.code == .notUsable && fault?.message.contains("/") == false, "\(fault?.message ?? "")")
    }
  }

  @Test func anEditedRubricChangesNothingBeforeAReload() throws {
    let scratch = EngineScratch()
    scratch.write("mine.yaml", "name: mine\nversion: 1\ndescription: Is it good?\n")
    let text = "rubrics: [\(scratch("."))]"
    let workbench = Workbench(try Self.configuration(text))
    let judges = [EngineBench.opened("default", TestBench.steady(8))]
    let before = Generation(workbench, judges: judges)
    scratch.write("mine.yaml", "name: mine\nversion: 2\ndescription: Is it very good?\n")
    let old = try before.session(on: Terms(rubric: "mine")).rubric
    let new = try Generation(workbench, after: before).session(on: Terms(rubric: "mine")).rubric
    #expect((old.version, new.version) == (1, 2) && old.digest != new.digest)
  }

  private final class Made: Sendable {}

  /// Everybody who asks at once gets the same one.
  @Test func isMadeOnceForAllWhoAskAtOnce() async {
    let there = Made()
    let table = OnceTable(["there": there])
    let all = await withTaskGroup(of: Made.self) { group in
      for at in 0..<200 { group.addTask { table.value(for: "\(at % 2)") { Made() } } }
      return await group.reduce(into: [Made]()) { $0.append($1) }
    }
    #expect(Set(all.map(ObjectIdentifier.init)).count == 2)
    #expect(table.value(for: "there") { Made() } === there && table.values.count == 3)
  }
}
