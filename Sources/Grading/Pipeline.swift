import Calibration
import JSON
public import Judging
public import Media
public import Rubrics
public import Wire

/// The road of a judgment: request → decode → prompt → judge → parse → aggregate → calibrate → respond.
///
/// Everything that judges (grading, serving, auditing, calibrating) goes through here. An item in, a judgment out;
/// whatever goes wrong with the item or the judge is an unscored judgment with its reason, never an error and never a
/// number.
public struct Pipeline: Sendable {
  /// What a request may set; nil leaves it to the rubric.
  public struct Options: Sendable, Hashable {
    /// Has to be one that both rubric and judge support.
    public var format: JudgmentFormat?
    /// How often each question is asked in each order.
    public var samples: Int?
    /// In which orders responses are shown side by side; pointwise has none.
    public var order: OrderPolicy?
    /// All randomness follows from it and the item's id.
    public var seed: UInt64 = 0
    /// The deadline of each call to a judge; nil: none, which leaves a judge that never answers to hang for ever. Ten minutes is
    /// long for a model that reasons, and short for one that is gone.
    public var timeoutMilliseconds: Int? = 600_000
    /// What verdicts are taken from.
    public var verdict: VerdictSource?
    /// What the judge charges; nil: no one said, and judgments have no cost.
    public var prices: Prices?
    /// Each setting stands before the rubric's, the style's and the judge's own.
    public var sampling = SamplingSettings()
    /// Which frames of videos the judge is shown, and how large its pictures are; checks see files as they are.
    public var media = MediaRequest()

    /// Everything as the rubric says, with seed 0.
    public init() {}
  }

  let rubric: Rubric
  let judge: (any Judge)?
  let checks: (any Judge)?
  let loader: ContentLoader
  /// For what is computed of the files themselves.
  let checksLoader: ContentLoader
  private(set) var plan: CallPlan
  let format: JudgmentFormat
  var calibration: AppliedCalibration?
  /// Who judges, in turn, what this one is unsure of.
  var later: [Pipeline] = []
  /// The same for every item, but for its media.
  private let provenance: Provenance

  /// - Parameters:
  ///   - judge: answers the rubric's `ask` criteria or gives its reward; not needed when there are neither.
  ///   - checks: the scoring judge opened with the rubric's `check` criteria; not needed when there are none.
  ///   - media: loads what items refer to; without it an item with media is `invalid_input`.
  /// - Throws: ``GradingError`` when rubric, judge and options do not fit together.
  public init(
    rubric: Rubric, judge: (any Judge)?, checks: (any Judge)?, media: MediaLoader?, options: Options = Options()
  ) throws(GradingError) {
    self.rubric = rubric
    self.judge = rubric.needsJudge ? judge : nil
    self.checks = rubric.checked.isEmpty ? nil : checks
    format = options.format ?? rubric.format
    var options = options
    if rubric.hearsVideos { options.media.hearsVideos = true }
    loader = ContentLoader(media: media, request: options.media, judge: self.judge?.description)
    let inspected = MediaRequest.ofChecks(media?.limits ?? MediaLimits(), hearsVideos: rubric.hearsVideos)
    checksLoader = ContentLoader(media: media, request: inspected, judge: nil)
    plan = CallPlan(
      rubric: rubric, format: format, options: options, samplesPerCall: max(1, judge?.description.maxSamples ?? 1),
      servedLogprobs: judge?.description.maxTopLogprobs ?? 0)
    let isScored = self.judge?.description.kind == .scoring
    provenance = Provenance(
      judge: self.judge?.description.name, model: self.judge?.description.model,
      fingerprint: self.judge?.description.fingerprint, rubric: rubric.reference,
      style: isScored ? "none" : rubric.style?.reference ?? "none", parser: isScored ? "none" : plan.parser,
      checks: self.checks?.description.fingerprint, sampling: isScored ? plan.mediaJSON : plan.samplingJSON,
      seed: plan.options.seed)
    try Admission.check(rubric: rubric, judge: judge, checks: checks, format: format)
    try Admission.check(rubric: rubric, judge: judge, format: format, verdictsFrom: plan.source)
  }

  /// The same without fences around what is judged. For audits alone, which find out what the fences are worth: no option of a
  /// request, a rubric or a configuration leads here (decision 0024).
  package var unfenced: Pipeline {
    var copy = self
    copy.plan.isFenced = false
    return copy
  }

  /// Judges one item.
  public func judge(_ item: Item) async -> Judgment {
    var trace = JudgmentTrace()
    return await judge(item, &trace)
  }

  /// Judges one item once more, after what has been said about earlier judgments of it.
  public func judge(_ item: Item, after exchanges: [Exchange]) async -> Judgment {
    var trace = JudgmentTrace()
    return await judge(item, after: exchanges, &trace)
  }

  /// Judges one item, and says how that went.
  public func judge(_ item: Item, _ trace: inout JudgmentTrace) async -> Judgment {
    var judgment = await judge(item, after: [], &trace)
    for next in later where judgment.isLeftToOthers && !Task.isCancelled {
      trace.handOn()
      let earlier = judgment
      judgment = await next.judge(item, after: [], &trace)
      judgment.earlier = earlier.earlier + [earlier.alone]
    }
    return judgment
  }

  private func judge(_ item: Item, after exchanges: [Exchange], _ trace: inout JudgmentTrace) async -> Judgment {
    var judgment = blank(item.id)
    do throws(Unscored) {
      try Admission.check(item, format)
      var loaded = try await (self.judge == nil ? checksLoader : loader).load(item)
      if isScored { loaded = try Conversation.admit(loaded) }
      judgment.notes = loaded.notes
      judgment.provenance.media = loaded.digests
      try Admission.check(loaded, format)
      trace.lap(.decode)
      let seen = try await inspected(item, loaded)
      judgment.notes += seen.notes.filter { $0.hasPrefix("sampled: ") && !judgment.notes.contains($0) }
      let measured = await measure(seen)
      if !rubric.checked.isEmpty { trace.lap(.checks) }
      let samples =
        isScored
        ? await score(loaded, &judgment.expense, &trace)
        : await ask(try plan.calls(for: loaded, after: exchanges), &judgment.expense, &trace)
      judgment.rationale = samples.first { $0.isScored }.flatMap {
        FinalAnswer.rationale(text: $0.text ?? "", $0.reasoning)
      }
      aggregator(loaded, samples, measured).fill(&judgment)
      calibration?.apply(to: &judgment, group: item.group)
      trace.lap(.aggregate)
    } catch {
      trace.lap(.decode)
      judgment.unscored = [.init(response: nil, error)]
    }
    return judgment
  }

  private func aggregator(
    _ item: LoadedItem, _ samples: [SampleJudgment], _ checks: [[Aggregator.Scored]]
  ) -> Aggregator {
    Aggregator(
      rubric: rubric, format: format, responses: item.responses.count,
      orders: isScored ? item.responses.indices.map { [$0] } : plan.orders(item.responses.count),
      isEachAlone: format == .pointwise || isScored, samples: samples, checks: checks,
      broken: item.responses.map { if case .failure(let unscored) = $0 { unscored } else { nil } })
  }

  /// A judgment in which there is nothing yet but where it comes from.
  func blank(_ id: String) -> Judgment {
    var judgment = Judgment(id: id, format: format, provenance: provenance)
    if judge != nil { judgment.expense = Expense(prices: plan.options.prices) }
    return judgment
  }
}
