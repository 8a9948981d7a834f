import Calibration
public import Grading
import JSON
public import Judging
public import Media
public import Rubrics
import Wire

/// A judge with its rubric, ready to be audited: the same road that serving and grading take, and variants of it.
///
/// ```swift
/// let bench = try AuditBench(rubric: rubric, judge: judge, checks: checks, media: loader, options: options)
/// let plan = try bench.plan(set.items, AuditSettings())            // shows what it will cost
/// var run = AuditRun(plan, bench)
/// let result = try await run.run(ledger: path) { progress in … }   // cancel the task to stop; run again to go on
/// let report = AuditReport(result)                                 // .json, .html, .markdown
/// ```
public struct AuditBench: Sendable {
  let rubric: Rubric
  let judge: any Judge
  let parties: AuditParties
  let media: MediaLoader?
  let options: Pipeline.Options
  let format: JudgmentFormat
  private let pipelines: [Road: Pipeline]
  /// How the second judge judges.
  private let peerPipeline: Pipeline?

  /// - Parameters:
  ///   - checks: the scoring judge opened with the rubric's checks; not needed when it has none.
  ///   - media: loads what items refer to; without it no item with media can be audited.
  ///   - options: as the judge is used. Format, orders, samples and sampling are the ones that are audited.
  ///   - parties: the other models that take part.
  /// - Throws: ``GradingError`` when rubric, judge and options do not fit together, ``AuditError`` when there is nothing to audit.
  public init(
    rubric: Rubric, judge: any Judge, checks: (any Judge)?, media: MediaLoader?,
    options: Pipeline.Options = Pipeline.Options(), parties: AuditParties = AuditParties()
  ) throws {
    guard rubric.needsJudge else {
      throw AuditError("rubric '\(rubric.name)' asks no judge, so there is no judge to audit")
    }
    try parties.check()
    func pipeline(_ rubric: Rubric?, _ change: (inout Pipeline.Options) -> Void = { _ in }) throws -> Pipeline? {
      guard let rubric else { return nil }
      var options = options
      change(&options)
      return try Pipeline(rubric: rubric, judge: judge, checks: checks, media: media, options: options)
    }
    var pipelines: [Road: Pipeline] = [:]
    pipelines[.deployed] = try pipeline(rubric)
    pipelines[.asGiven] = try pipeline(rubric) { ($0.order, $0.samples) = (.asGiven, 1) }
    if judge.description.kind == .generative {
      pipelines[.unfenced] = pipelines[.deployed]?.unfenced
      pipelines[.defended(.instruction)] = try pipeline(rubric.adding(instructions: DefenceText.instruction))
      pipelines[.defended(.sandwich)] = try pipeline(rubric.reminding(DefenceText.reminder))
      pipelines[.defended(.neutralisation)] = pipelines[.deployed]
      pipelines[.reworded(.criteriaReversed)] = try pipeline(rubric.criteriaReversed)
      let format = options.format ?? rubric.format
      // Log-probabilities are only read from answers of one token, which letters are and numbers may not be, or the other way round.
      pipelines[.reworded(.letters)] = rubric.lettered(in: format).flatMap { try? pipeline($0) }
    }
    peerPipeline = try parties.peer.map { peer in
      var options = options
      (options.sampling, options.prices) = (peer.sampling, nil)
      return try Pipeline(rubric: rubric, judge: peer.model, checks: checks, media: media, options: options)
    }
    (self.rubric, self.judge, self.parties, self.media) = (rubric, judge, parties, media)
    (self.options, self.pipelines) = (options, pipelines)
    format = options.format ?? rubric.format
  }

  /// Whether items can be judged on `road` with this rubric.
  func has(_ road: Road) -> Bool { pipelines[road] != nil }

  /// How many calls one item with so many responses takes on `road`.
  func calls(_ responses: Int, on road: Road) -> Int { pipelines[road]?.callCount(responses: responses) ?? 0 }

  /// The text of one prompt about an item, in bytes, on the road that is in use.
  func promptBytes(_ item: Item) -> Int {
    let calls = calls(item.responses.count, on: .deployed)
    return calls > 0 ? (pipelines[.deployed]?.promptBytes(of: item) ?? 0) / calls : 0
  }

  /// The most tokens of one reply of the judge; nil where nobody limits them.
  var maxReplyTokens: Int? { pipelines[.deployed]?.maxReplyTokens }

  /// The scale of scores.
  var scale: Scale { rubric.scale(in: format) }

  /// Judges a variant under `key`, and says what came of it in terms of the original item.
  func judge(_ variant: Variant, _ key: AuditKey, _ setting: AuditSetting) async -> AuditRecord {
    var record = AuditRecord(key: key, outcome: .unscored(.invalidInput, "rubric '\(rubric.name)' has no such variant"))
    guard let pipeline = pipelines[variant.road] else { return record }
    var item = variant.item.with(id: key.judged)
    do throws(Unscored) {
      if let rewriting = variant.rewriting { item = try await rewritten(item, rewriting, key, &record.spent) }
      if let edit = variant.edit { item = try await edited(item, edit, setting) }
      if variant.road == .defended(.neutralisation) { item = Neutralisation.apply(to: item) }
      let judgment = await pipeline.judge(item)
      record.take(judgment, passAt: passAt(setting), places: variant.places)
    } catch {
      record.outcome = .unscored(error.reason, error.message)
    }
    return record
  }

  /// Which of two answers the second judge prefers.
  func peerJudgment(of item: Item, _ key: AuditKey) async -> Judgment? {
    await peerPipeline?.judge(item.with(id: key.judged))
  }

  /// Judges `item` on the road that is in use.
  func judgment(of item: Item, _ key: AuditKey) async -> Judgment? {
    await pipelines[.deployed]?.judge(item.with(id: key.judged))
  }

  /// Judges `item` once more, as given, after what was said about it.
  func judge(_ item: Item, _ key: AuditKey, after exchanges: [Exchange], _ setting: AuditSetting) async -> (
    record: AuditRecord, judgment: Judgment
  ) {
    var record = AuditRecord(key: key, outcome: .unscored(.invalidInput, "there is no way to judge as given"))
    guard let pipeline = pipelines[.asGiven] else {
      preconditionFailure("a bench always has a pipeline for items as they are given")
    }
    let judgment = await pipeline.judge(item.with(id: key.judged), after: exchanges)
    record.take(judgment, passAt: passAt(setting), places: nil)
    return (record, judgment)
  }

  /// From which score on one response passes; nil where nobody says so, and the scale has no middle.
  func passAt(_ setting: AuditSetting) -> Double? {
    setting.passAt ?? (scale.isUnbounded ? nil : (scale.minimum + scale.maximum) / 2)
  }
}

extension AuditRecord {
  mutating func take(_ judgment: Judgment, passAt: Double?, places: [Int]?) {
    outcome = Outcome(judgment, passAt: passAt)
    if let places, case .read(let reading) = outcome { outcome = .read(reading.moved(back: places)) }
    words = Self.excerpt(judgment.samples.lazy.compactMap(\.text).first)
    spent.add(judgment.totalExpense)
  }
}
