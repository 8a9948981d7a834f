import Calibration
import Configuration
import CupelTesting
import Grading
import HTTPServing
import JSON
import Judging
import Rubrics
import Testing
import Wire

@testable import Service

/// A cheap judge, `cheap`, that hands what it is unsure of to `strong`: both scripted, fitted to labels, and in front of methods and routes.
struct CascadeBench {
  let generation: Generation
  let engine: Engine
  let front: Front

  static let rubric = "name: made-up\nversion: 1\ndescription: Is it right?\nscale: {min: 1, max: 10}\nsamples: 3\n"

  /// How good people find what is about `subject` to be, 1 to 10.
  static func worth(_ subject: String) -> Int { 1 + Int(Digest.seed("worth", subject) % 10) }

  /// Whether the cheap judge is unsure of it.
  static func isHard(_ subject: String) -> Bool { Digest.seed("hard", subject) % 2 == 0 }

  /// `a b c` in `about=abc!`.
  private static func subject(of call: JudgeCall) -> String {
    let words = call.messages.flatMap(\.parts).map { if case .text(let text) = $0 { text } else { "" } }.joined()
    return words.matches(of: /about=([a-z0-9]+)!/).last.map { String($0.output.1) } ?? ""
  }

  /// Two points stricter than people, and of one mind; on hard ones it is far off, and its samples are of three minds.
  static func cheap() -> ScriptedJudge {
    judge("cheap") { subject, sample in
      if isHard(subject) { return (worth(subject) > 5 ? [1, 4, 8] : [3, 7, 10])[sample] }
      let isRash = Digest.seed("rash", subject) % 12 == 0
      return worth(subject) + (isRash ? (worth(subject) > 5 ? -5 : 5) : -2)
    }
  }

  /// As people are, but for one in six, of which it is less sure.
  static func strong() -> ScriptedJudge {
    judge("strong") { subject, sample in
      guard Digest.seed("slip", subject) % 6 == 0, sample > 0 else { return worth(subject) }
      return worth(subject) + (worth(subject) > 5 ? -5 : 5)
    }
  }

  private static func judge(
    _ fingerprint: String, _ score: @escaping @Sendable (String, Int) -> Int
  ) -> ScriptedJudge {
    var description = ScriptedJudge.generative
    description.fingerprint = fingerprint
    return ScriptedJudge(description) { call in
      let answers = call.key.order.map { _ in
        "<answer>\(min(10, max(1, score(subject(of: call), call.key.sample))))</answer>"
      }
      return .text("<think>fine</think>" + answers.joined())
    }
  }

  static func text(_ subject: String) -> String { "I am about=\(subject)!" }

  /// Fits a cascade in `scratch`, and serves it.
  init(in scratch: EngineScratch, routes: [RouteSettings] = []) async throws {
    scratch.write("rubrics/made-up/rubric.yaml", Self.rubric)
    var configuration = Configuration()
    configuration.rubrics = [scratch("rubrics")]
    configuration.serve.routes = routes
    let workbench = Workbench(configuration)
    let judges: [(String, any Judge)] = [("cheap", Self.cheap()), ("strong", Self.strong())]
    let alone = Generation(workbench, judges: judges.map { EngineBench.opened($0, $1) })
    let subjects = (0..<160).map { "s\($0)" }
    var fitted: [LabelledJudgments] = []
    for (name, _) in judges {
      let session = try alone.session(on: Terms(rubric: "made-up", judge: name))
      fitted.append(try await Self.labelled(subjects, session))
    }
    var fit = Fit()
    (fit.resamples, fit.risk, fit.methods) = (100, 0.3, [.platt])
    scratch.write("cascade.json", try JSONWriter.pretty(fit.cascade(fitted).json))
    let handing = JudgeSettings(
      name: "cheap", plugin: "scripted", calibrations: [scratch("cascade.json")], then: ["strong"])
    generation = Generation(
      workbench,
      judges: [
        Workbench.OpenedJudge(judge: judges[0].1, settings: handing), EngineBench.opened("strong", judges[1].1),
      ])
    let engine = Engine(generation, metrics: Metrics())
    self.engine = engine
    let methods = MethodTable(engine, configuration.serve, version: "1.2.3")
    let endpoints = try routes.map { try Route($0, engine).endpoint }
    front = Front(methods.endpoints + endpoints)
  }

  private static func labelled(_ subjects: [String], _ session: Session) async throws -> LabelledJudgments {
    let scale = try HumanScale(1, 10, step: 1)
    var labels = LabelSet(scale: scale)
    for (place, subject) in subjects.enumerated() {
      let label: JSONValue = ["id": .string(subject), "score": .int(Int64(worth(subject)))]
      try labels.add(JSONReader(label), line: place + 1)
    }
    var data = try LabelledJudgments(labels, .score(within: 2.5, scale: scale))
    for (place, subject) in subjects.enumerated() {
      let item = Item(id: subject, prompt: Content("How good?"), responses: [Content(text(subject))])
      let judgment = await session.pipeline.judge(item)
      try data.add(JSONReader(judgment.json), line: place + 1)
    }
    try data.finish()
    return data
  }

  /// Groups of which all responses are easy, all are hard, and some of each.
  static let groups: [(id: String, subjects: [String])] = {
    let subjects = (1000..<1100).map { "s\($0)" }
    let (hard, easy) = (subjects.filter(isHard), subjects.filter { !isHard($0) })
    return [
      ("easy", Array(easy.prefix(4))), ("hard", Array(hard.prefix(4))),
      ("mixed", [easy[4], hard[4], easy[5], hard[5]]), ("one", [hard[6]]),
    ]
  }()

  /// The request for rewards of these.
  static func request(_ reward: String, judge: String = "cheap") -> JSONValue {
    let groups = groups.map { group -> JSONValue in
      [
        "id": .string(group.id), "prompt": "How good?",
        "responses": .array(group.subjects.map { .string(text($0)) }),
      ]
    }
    return [
      "rubric": "made-up", "judge": .string(judge), "reward": .string(reward), "groups": .array(groups),
      "judgments": true,
    ]
  }
}
