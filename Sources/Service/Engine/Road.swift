import Calibration
import Configuration
import Grading
import JSON
import Judging
import Rubrics
import Wire

/// One judge on the terms of a session.
struct Road {
  let settings: JudgeSettings?
  private(set) var pipeline: Pipeline
  /// The digest of its calibration, and what live judgments are held against; nil where it has none.
  private(set) var usual: (digest: String, values: UsualValues)?
  private let options: Pipeline.Options
  private let rubric: Rubric

  /// - Parameter around: What the judge is asked through; nil: it is asked itself.
  init(
    _ terms: Terms, _ generation: Generation, _ rubric: Rubric, _ opened: Workbench.OpenedJudge?,
    _ around: ((any Judge) -> any Judge)?
  ) throws(Fault) {
    (settings, self.rubric) = (opened?.settings, rubric)
    options = Self.options(terms, opened?.settings, atMost: generation.settings.maxTimeoutMilliseconds)
    let checks = try generation.checks(of: rubric)
    do throws(GradingError) {
      pipeline = try Pipeline(
        rubric: rubric, judge: opened.map { around?($0.judge) ?? $0.judge }, checks: checks, media: generation.media,
        options: options)
    } catch {
      throw Fault(.notUsable, error.description)
    }
  }

  /// The same, with a calibration of `file` at its end.
  func calibrated(by calibration: JudgeCalibration, _ file: CalibrationFile) throws(Fault) -> Road {
    var road = self
    do throws(GradingError) {
      road.pipeline = try pipeline.calibrated(by: calibration, isForced: file.isForced)
    } catch {
      throw Fault(.notUsable, "judge '\(settings?.name ?? "")': \(error)")
    }
    road.usual = road.pipeline.calibrationDigest.map { ($0, calibration.usual) }
    return road
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

  /// Of everything but the item that a judgment follows from.
  var digest: ContentDigest {
    let blank = pipeline.refuse("", Unscored(.cancelled, ""))
    let provenance = blank.provenance
    var fields = ContentDigest.Fields()
    fields.add(blank.format.rawValue)
    fields.add((options.order ?? rubric.order).rawValue)
    for text in [provenance.judge, provenance.model, provenance.fingerprint, provenance.checks] { fields.add(text) }
    for text in [provenance.rubric, provenance.style, provenance.parser] { fields.add(text) }
    fields.add(Self.text(provenance.sampling))
    fields.add("\(provenance.seed)")
    fields.add(settings?.name)
    fields.add(settings?.plugin)
    fields.add(settings.map { Self.text(.object($0.options)) })
    fields.add(settings?.prices.map { "\($0)" })
    fields.add(pipeline.calibrationDigest)
    return fields.digest
  }

  /// Any text that differs where the values do.
  private static func text(_ value: JSONValue) -> String { (try? JSONWriter.compact(value)) ?? "\(value)" }
}
