public import Configuration
import HTTPServing
public import JSON
import Rubrics
import Wire

/// A path that speaks one dialect, on fixed terms, with a policy for what has no score.
public struct Route: Sendable {
  private let settings: RouteSettings
  private let dialect: any Dialect
  private let timeoutMilliseconds: Int
  private let options: RouteOptions
  private let standIn: StandIn
  private let engine: Engine

  /// The header that names the run a request belongs to. A client that can choose no header puts `?run=` into its URL.
  public static let runHeader = "X-Cupel-Run"

  /// A route as the configuration has it. Throws at what stands there that is not known; rubric and judge are looked up when the
  /// first request comes, or by ``check(in:)``.
  public init(_ settings: RouteSettings, _ engine: Engine) throws(JSONError) {
    try self.init(settings, engine, memory: nil)
  }

  init(_ settings: RouteSettings, _ engine: Engine, memory: GroupMemory?) throws(JSONError) {
    self.settings = settings
    self.engine = engine
    let dialect = try Dialects.named(settings.dialect, at: settings.jsonPath["dialect"])
    let options = JSONReader(.object(settings.options), path: settings.jsonPath["options"])
    try options.allowOnly(RouteOptions.fields + dialect.fields)
    self.dialect = try dialect.init(options: options)
    self.options = try RouteOptions(options)
    timeoutMilliseconds = settings.timeoutMilliseconds ?? dialect.timeoutMilliseconds
    standIn = StandIn(
      policy: settings.onFailure,
      groups: memory ?? GroupMemory(window: .milliseconds(self.options.groupWindowMilliseconds)))
    if case .neutral(let number) = settings.onFailure, !number.isFinite {
      throw JSONError("must be a finite number", path: settings.jsonPath["on_failure"]["neutral"].description)
    }
  }

  /// What answers at the route's path.
  public var endpoint: Endpoint {
    Endpoint(.post, settings.path, explain: dialect.explain) { request, caller throws(Fault) in
      try await answer(request, caller)
    }
  }

  /// Throws where rubric and judge are not in `generation` or do not fit together: at the start, rather than at the first rollout.
  public func check(in generation: Generation) throws(Fault) { try check(generation.session(on: terms)) }

  private func check(_ session: Session) throws(Fault) {
    // What is asked for is said by the configuration, and nowhere in a request.
    do { try session.require(kind) } catch { throw Fault(error.code, error.message) }
  }

  private var kind: RewardKind {
    switch settings.reward {
    case .score: .score
    case .calibrated: .calibrated
    }
  }

  private var terms: Terms {
    var terms = Terms(rubric: settings.rubric, judge: settings.judge)
    // A rollout comes by itself, also in a batch.
    terms.format = .pointwise
    terms.samples = settings.samples
    terms.seed = settings.seed
    return terms
  }

  private func answer(_ request: Request, _ caller: Caller) async throws(Fault) -> Reply {
    let limits = engine.generation.settings.limits
    let body = try RequestLimits(limits).parse(request.body)
    let samples = try Fault.reading { () throws(JSONError) in try dialect.read(JSONReader(body)) }
    // OpenRLHF sends nothing to all of its URLs but the first, and loses the reward where one of them fails.
    guard !samples.isEmpty else { return try .json(dialect.write([])) }
    guard samples.count <= limits.maxItems else {
      throw Fault(
        .tooLarge, "there are \(samples.count) samples in one request; max_items is \(limits.maxItems)")
    }
    for sample in samples { try ItemShape(limits: limits).check(sample) }
    var caller = caller.within(milliseconds: timeoutMilliseconds)
    caller.run = try run(request.head) ?? caller.run ?? options.run
    let session = try engine.generation.session(on: terms)
    try check(session)
    caller.account.note { [run = caller.run] in
      ($0.rubric, $0.judge, $0.run) = (session.rubric.name, session.judge, run)
      $0.items = samples.count
    }
    let outcomes = try await judge(samples, in: session, for: caller)
    if let run = caller.run { watch(outcomes, in: run, session) }
    let rewards = try standIn.rewards(outcomes, on: try session.scale(of: kind, in: .pointwise), for: caller)
    return try reply(rewards, caller)
  }

  private func judge(_ samples: [Sample], in session: Session, for caller: Caller) async throws(Fault) -> [Outcome] {
    var outcomes = samples.map { settled($0, session, caller) }
    let places = samples.indices.filter { outcomes[$0] == nil }
    let items = places.compactMap { try? samples[$0].item.get() }
    if !items.isEmpty {
      let admission = try engine.admit(items.count, for: caller)
      for await (index, judged) in admission.judge(items, in: session) {
        let place = places[index]
        caller.account.note { $0.add(judged) }
        outcomes[place] = Outcome(samples[place], judged.judgment, settings.reward)
      }
    }
    let known = zip(samples, outcomes).map { sample, outcome in
      outcome ?? Outcome(sample, Unscored(.cancelled, "the request was given up before there was a judgment"))
    }
    caller.account.note { entries in
      for outcome in known {
        if let unscored = outcome.unscored {
          entries.unscored[unscored.reason, default: 0] += 1
        } else {
          entries.scored += 1
        }
      }
    }
    return known
  }

  /// What comes of a sample without a judge; nil where one has to be asked.
  private func settled(_ sample: Sample, _ session: Session, _ caller: Caller) -> Outcome? {
    switch sample.item.flatMap(WireMedia(engine, caller).checked) {
    case .success(let item):
      guard let worth = options.emptyResponse, item.responses.allSatisfy(\.isBlank) else { return nil }
      return Outcome(sample, ruled: worth)
    case .failure(let unscored):
      let refused = Judged(judgment: session.refuse("", unscored))
      engine.metrics.judged(refused, in: session, for: caller, took: .zero)
      return Outcome(sample, unscored)
    }
  }

  /// What stands in for a score is none, and goes into no statistics.
  private func watch(_ outcomes: [Outcome], in run: String, _ session: Session) {
    let window = Duration.milliseconds(options.groupWindowMilliseconds)
    for outcome in outcomes {
      let responses = (try? outcome.sample.item.get().responses) ?? [Content("")]
      let rewards = RunRewards(
        [outcome.score], of: responses,
        group: outcome.sample.group.map { .prompt($0, within: window) } ?? .unknown)
      engine.metrics.rewarded(rewards, in: run, by: session.rubric.name)
    }
  }

  private func reply(_ rewards: [Reward], _ caller: Caller) throws(Fault) -> Reply {
    var reply = try Reply.json(dialect.write(rewards))
    let reasons = rewards.compactMap(\.unscored)
    for reason in reasons {
      engine.metrics.substituted(route: settings.path, policy: settings.onFailure, reason: reason)
    }
    caller.account.note { $0.standIns = reasons.count }
    if !reasons.isEmpty { reply.headers.append(Fault.unscoredField(reasons)) }
    return reply
  }

  private func run(_ head: RequestHead) throws(Fault) -> String? {
    guard let run = head[Self.runHeader] ?? head.query.first(where: { $0.name == "run" })?.value else { return nil }
    guard RouteOptions.isRun(run) else { throw Fault(.invalidRequest, "\(Self.runHeader): \(RouteOptions.wanted)") }
    return run
  }
}
