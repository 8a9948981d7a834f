import Calibration
import Configuration
import Grading
import JSON
import Judging
public import Rubrics
public import Wire

/// A rubric, a judge and settings made ready: items in, judgments out.
public final class Session: Sendable {
  /// What it was asked for.
  public let terms: Terms
  /// The rubric with its digest.
  public let rubric: Rubric
  /// The judge's configured name; empty where only checks are computed.
  public let judge: String
  let pipeline: Pipeline
  /// What its judgments are calibrated by, or why by nothing.
  let calibration: Result<CalibrationFile, Fault>
  /// Whether the same item would be judged the same again, as far as that is up to Cupel: several samples without a seed are asked
  /// for to see how they differ.
  let isRepeatable: Bool
  private let generation: Int
  /// Of everything but the item that a judgment follows from.
  private let digest: ContentDigest

  /// - Parameter around: What the judge is asked through; nil: it is asked itself.
  init(
    _ terms: Terms, _ generation: Generation, around: ((any Judge) -> any Judge)? = nil
  ) throws(Fault) {
    self.terms = terms
    self.generation = generation.number
    rubric = try generation.rubric(named: terms.rubric)
    let opened = rubric.needsJudge ? try generation.judge(named: terms.judge) : nil
    if rubric.needsJudge, opened == nil {
      throw Fault(.notUsable, "rubric '\(rubric.name)' asks a judge, and none is configured")
    }
    let checks = try generation.checks(of: rubric)
    judge = opened?.settings.name ?? ""
    let options = Self.options(terms, opened?.settings, atMost: generation.settings.maxTimeoutMilliseconds)
    do throws(GradingError) {
      let plain = try Pipeline(
        rubric: rubric, judge: opened.map { around?($0.judge) ?? $0.judge }, checks: checks, media: generation.media,
        options: options)
      calibration = Self.calibration(of: plain, rubric, generation.calibrations(of: judge))
      pipeline =
        try (try? calibration.get()).map { (file) throws(GradingError) in
          try plain.calibrated(by: file.calibration, isForced: file.isForced)
        } ?? plain
    } catch {
      throw Fault(.notUsable, error.description)
    }
    isRepeatable = terms.seed != nil || (terms.samples ?? rubric.samples) == 1
    digest = Self.digest(pipeline, rubric, options, opened?.settings, pipeline.calibrationDigest)
  }

  /// Refuses what has no calibration, and one of which no reward of a single response follows.
  func requireCalibratedRewards() throws(Fault) {
    let file = try calibration.get()
    guard file.calibration.rules != .winner else {
      throw Fault(
        .notUsable,
        "the calibration of the judge for this rubric is from labels that name the better response; it gives no response a "
          + "reward of its own", path: "reward")
    }
  }

  /// The first that was fitted to judgments such as these.
  private static func calibration(
    of pipeline: Pipeline, _ rubric: Rubric, _ files: [CalibrationFile]
  ) -> Result<CalibrationFile, Fault> {
    if let file = files.first(where: { pipeline.mismatch($0.calibration, isForced: $0.isForced) == nil }) {
      return .success(file)
    }
    let near = files.first { $0.calibration.judge.rubric == rubric.reference }
    let why = near.flatMap { pipeline.mismatch($0.calibration) }.map {
      "that of this rubric was fitted otherwise: \($0)"
    }
    return .failure(
      Fault(
        .notUsable,
        "a calibrated reward needs a calibration of the judge for this rubric, and \(why ?? "there is none"); the rewards "
          + "score, win_rate, rank and group_normalized need none", path: "reward"))
  }

  static func options(
    _ terms: Terms, _ judge: JudgeSettings?, atMost milliseconds: Int
  ) -> Pipeline.Options {
    var options = Pipeline.Options()
    options.format = terms.format
    options.samples = terms.samples
    options.order = terms.order
    options.seed = terms.seed ?? 0
    options.timeoutMilliseconds = min(
      judge?.timeoutMilliseconds ?? options.timeoutMilliseconds ?? milliseconds, milliseconds)
    options.sampling = terms.sampling
    if let judge {
      (options.sampling, options.prices) = (terms.sampling.filled(from: judge.sampling), judge.prices)
      options.media = judge.media
    }
    return options
  }

  private static func digest(
    _ pipeline: Pipeline, _ rubric: Rubric, _ options: Pipeline.Options, _ judge: JudgeSettings?,
    _ calibration: String?
  ) -> ContentDigest {
    let blank = pipeline.refuse("", Unscored(.cancelled, ""))
    let provenance = blank.provenance
    var fields = ContentDigest.Fields()
    fields.add(blank.format.rawValue)
    fields.add((options.order ?? rubric.order).rawValue)
    for text in [provenance.judge, provenance.model, provenance.fingerprint, provenance.checks] { fields.add(text) }
    for text in [provenance.rubric, provenance.style, provenance.parser] { fields.add(text) }
    fields.add(Self.text(provenance.sampling))
    fields.add("\(provenance.seed)")
    fields.add(judge?.name)
    fields.add(judge?.plugin)
    fields.add(judge.map { Self.text(.object($0.options)) })
    fields.add(judge?.prices.map { "\($0)" })
    fields.add(calibration)
    return fields.digest
  }

  /// Any text that differs where the values do.
  private static func text(_ value: JSONValue) -> String { (try? JSONWriter.compact(value)) ?? "\(value)" }

  /// What makes an item the same work as another one; nil where no judge is asked, so that nothing is paid twice, and where it names
  /// media that may be others the next time.
  func key(of item: Item) -> WorkKey? {
    guard !judge.isEmpty, item.isFixed else { return nil }
    var fields = ContentDigest.Fields()
    fields.add(digest)
    fields.add(item)
    return WorkKey(digest: fields.digest, generation: generation)
  }

  /// The judgment of an item that could not be read.
  public func refuse(_ id: String, _ why: Unscored) -> Judgment { pipeline.refuse(id, why) }
}
