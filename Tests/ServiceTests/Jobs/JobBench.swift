import Configuration
import CupelTesting
import Foundation
import HTTPServing
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Service

/// A server's jobs in a folder of their own, and the methods in front of them.
struct JobBench {
  let engine: Engine
  let office: JobOffice
  let front: Front
  let folder: String

  /// The jobs that are found in `folder`; they are begun.
  init(
    _ judge: any Judge, in folder: String, judgeLimit: Int? = nil, isBegun: Bool = true,
    rubric: String = JobBench.rubric,
    settings: Front.Settings = Front.Settings(), limits: (inout ServeSettings) -> Void = { _ in }
  ) throws {
    var configuration = Configuration()
    configuration.serve.jobs.directory = folder
    // One question: several at once have no share of samples that agree.
    let rubrics = folder + ".rubrics"
    try FileManager.default.createDirectory(atPath: rubrics + "/made-up", withIntermediateDirectories: true)
    try rubric.write(toFile: rubrics + "/made-up/rubric.yaml", atomically: true, encoding: .utf8)
    configuration.rubrics = [rubrics]
    limits(&configuration.serve)
    let premises = try #require(try JobOffice.Premises(configuration.serve.jobs))
    let judges = [EngineBench.opened("default", judge, judgeLimit)]
    let generation = Generation(Workbench(configuration), judges: judges, activated: premises.activations.files)
    engine = Engine(generation, metrics: Metrics())
    office = JobOffice(premises, engine)
    let methods = MethodTable(engine, configuration.serve, version: "1.2.3", office: office)
    front = Front(methods.endpoints, settings: settings)
    self.folder = folder
    if isBegun { office.jobs.begin() }
  }

  static let rubric = """
    name: made-up
    version: 1
    description: Is it right?
    scale: {min: 1, max: 10}
    samples: 3
    """

  /// How good people find the item `id` to be, 1 to 10.
  static func worth(_ id: String) -> Int { 1 + Int(Digest.seed("worth", id) % 10) }

  /// A judge that is right of half of the items, and too high by two of the others; its samples agree always but once in a while.
  static func overconfident(
    _ fingerprint: String = "scripted",
    around answer: @escaping @Sendable (JudgeCall, ScriptedJudge.Answer) -> ScriptedJudge.Answer = { $1 }
  ) -> ScriptedJudge {
    var description = ScriptedJudge.generative
    description.fingerprint = fingerprint
    return ScriptedJudge(description) { call in
      let isHard = Digest.seed("hard", call.key.item) % 2 == 0
      let isOff = Digest.seed("off", call.key.item, "\(call.key.sample)") % (isHard ? 4 : 40) == 0
      let score = min(10, max(1, worth(call.key.item) + (isHard ? 2 : 0) - (isOff ? 1 : 0)))
      // What else is asked in these tests is asked by the rubric `helpfulness`.
      let isMadeUp = call.key.item.hasPrefix("q")
      return answer(
        call, isMadeUp ? .text("<think>fine</think><answer>\(score)</answer>") : EngineBench.answer(call, score: score))
    }
  }

  /// A request to judge items and fit the judge to their labels.
  static func request(_ count: Int, from first: Int = 0, _ more: [(String, JSONValue)] = []) -> JSONValue {
    let ids = (first..<(first + count)).map { "q\($0)" }
    var object = JSONObject()
    let scale: JSONValue = ["min": 1, "max": 10, "step": 1]
    let members: [(String, JSONValue)] = [
      ("rubric", "made-up"), ("scale", scale), ("resamples", 100),
      ("items", .array(ids.map { ["id": .string($0), "prompt": "1 + 1?", "response": .string("2, says \($0)")] })),
      ("labels", .array(ids.map { ["id": .string($0), "score": .int(Int64(worth($0)))] })),
    ]
    for (key, value) in members + more { object[key] = value.isNull ? nil : value }
    return .object(object)
  }

  /// Puts a request and gives its answer.
  static func ask(
    _ asked: any Asked, _ method: String, _ path: String, _ body: JSONValue? = nil, headers: [String: JSONValue] = [:]
  ) async throws -> Came {
    var row = JSONObject([("name", "n"), ("method", .string(method)), ("path", .string(path)), ("status", 200)])
    row["headers"] = .object(JSONObject(headers.map { ($0.key, $0.value) }))
    row["json"] = body
    return try await asked.ask(RequestRow(JSONReader(.object(row))))
  }

  /// The same in process, as JSON.
  func ask(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    try JSONParser.parse(try await Self.ask(front, method, path, body).body)
  }

  /// Starts a job and gives its id.
  func start(_ request: JSONValue) async throws -> String {
    let answer = try await ask("POST", "/v1/calibrations", request)
    return try #require(answer["id"]?.string, "\(answer)")
  }

  /// Waits until a job has ended, and shows it.
  @discardableResult func end(of id: String) async throws -> JSONValue {
    while try office.jobs.find(id, "calibration").state.isOver == false {
      await office.jobs.wait(for: id)
      await Task.yield()
    }
    return try await ask("GET", "/v1/calibrations/\(id)")
  }

  /// What a process that was killed now would leave behind, as another folder.
  func copy(to path: String) throws -> String {
    try FileManager.default.copyItem(atPath: folder, toPath: path)
    return path
  }
}
