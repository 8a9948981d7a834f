import Configuration
import CupelTesting
import Judging
import PluginHost
import Rubrics
import Service
import Synchronization
import Wire

/// A clock that stands still until a test says that time is up.
final class ManualDeadlines: DeadlineKeeper {
  private let targets = Mutex<[any Expiring]>([])
  private let times = Mutex<[Int]>([])

  func watch(_ target: any Expiring, milliseconds: Int) {
    targets.withLock { $0.append(target) }
    times.withLock { $0.append(milliseconds) }
  }

  /// For how long each was to be watched, in milliseconds.
  var milliseconds: [Int] { times.withLock { $0 } }

  /// How many are watched that are not over.
  var count: Int { targets.withLock { $0.count { !$0.isOver } } }

  /// The time of everything that is watched now is up.
  func expireAll() { for target in takeAll() where !target.isOver { target.expire() } }

  /// What is watched now is not watched any more.
  func takeAll() -> [any Expiring] {
    targets.withLock { targets in
      defer { targets = [] }
      return targets
    }
  }
}

/// An engine with a clock that stands still.
struct EngineBench {
  let engine: Engine
  let deadlines = ManualDeadlines()

  /// Judges are named `default` and `other`.
  init(
    _ judge: any Judge, other: (any Judge)? = nil, judgeLimit: Int? = nil,
    limits: (inout ServeSettings) -> Void = { _ in }
  ) {
    var configuration = Configuration()
    limits(&configuration.serve)
    var judges = [Self.opened("default", judge, judgeLimit)]
    if let other { judges.append(Self.opened("other", other, judgeLimit)) }
    engine = Engine(
      Generation(Workbench(configuration), judges: judges), metrics: Metrics(), deadlines: deadlines)
  }

  static func opened(_ name: String, _ judge: any Judge, _ limit: Int? = nil) -> Workbench.OpenedJudge {
    Workbench.OpenedJudge(judge: judge, settings: JudgeSettings(name: name, plugin: "scripted", maxInFlight: limit))
  }

  static let terms = Terms(rubric: "helpfulness")

  static func items(_ ids: [String]) -> [Item] {
    ids.map { Item(id: $0, prompt: Content("1 + 1?"), responses: [Content("2")]) }
  }

  static func items(_ ids: Range<Int>, _ prefix: String = "q") -> [Item] { items(ids.map { "\(prefix)\($0)" }) }

  /// A good answer in the manner of the rubric.
  static func answer(_ call: JudgeCall, score: Int = 8) -> ScriptedJudge.Answer {
    let answers = call.key.order.flatMap { _ in Array(repeating: "<answer>\(score)</answer>", count: 4) }
    return .text("<think>fine</think>" + answers.joined())
  }

  /// Asks in a task of its own, which ends with everything that came, by index.
  func ask(
    _ items: [Item], _ terms: Terms = EngineBench.terms, name: String = "", cache: CachePolicy = .use
  ) throws -> Task<[Int: Judged], Never> {
    let admission = try engine.admit(items.count, for: TestBench.caller(name: name))
    let stream = admission.judge(items, in: try engine.generation.session(on: terms), cache: cache)
    return Task {
      var all: [Int: Judged] = [:]
      for await (index, judged) in stream { all[index] = judged }
      return all
    }
  }

  /// Waits until something is so that other tasks bring about.
  func until(_ condition: (Snapshot) -> Bool) async {
    while !condition(engine.snapshot()) { await Task.yield() }
  }

  /// Waits until nothing is left of all that was asked.
  func untilIdle() async {
    while !engine.isIdle { await Task.yield() }
  }
}

extension Judged {
  /// The score of the only response.
  var score: Double? { judgment.scores.first ?? nil }
  /// Why there is none.
  var reason: UnscoredReason? { judgment.unscored.first?.unscored.reason }
  var message: String? { judgment.unscored.first?.unscored.message }
}
