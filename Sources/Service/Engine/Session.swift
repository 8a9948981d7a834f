import Configuration
import Documents
import Grading
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

  init(_ terms: Terms, _ generation: Generation) throws(Fault) {
    self.terms = terms
    let bench = generation.workbench
    do {
      rubric = try bench.library.rubric(terms.rubric)
      let judge = rubric.needsJudge ? try generation.judge(named: terms.judge) : nil
      self.judge = judge?.settings.name ?? ""
      pipeline = try Pipeline(
        rubric: rubric, judge: judge?.judge, checks: try bench.checks(of: rubric), media: generation.media,
        options: Self.options(terms, judge?.settings))
    } catch {
      throw Fault(.notUsable, "\(error)")
    }
  }

  private static func options(_ terms: Terms, _ judge: JudgeSettings?) -> Pipeline.Options {
    var options = Pipeline.Options()
    options.format = terms.format
    options.samples = terms.samples
    options.order = terms.order
    options.seed = terms.seed ?? 0
    if let timeout = judge?.timeoutMilliseconds { options.timeoutMilliseconds = timeout }
    options.sampling = terms.sampling
    if let judge { (options.sampling, options.prices) = (terms.sampling.filled(from: judge.sampling), judge.prices) }
    return options
  }

  /// The judgment of an item that could not be read.
  public func refuse(_ id: String, _ why: Unscored) -> Judgment { pipeline.refuse(id, why) }
}
