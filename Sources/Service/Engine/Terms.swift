public import Rubrics
public import Wire

/// On which terms items are judged: what a request or a route may choose.
public struct Terms: Sendable, Hashable {
  /// The name of a rubric of the library.
  public var rubric: String
  /// A judge of the configuration; nil: the one called `default`, or the only one.
  public var judge: String?
  /// nil: as the rubric says.
  public var format: JudgmentFormat?
  /// nil: as the rubric says.
  public var samples: Int?
  /// nil: as the rubric says.
  public var order: OrderPolicy?
  /// nil: 0, and what is sampled more than once is not kept in the cache.
  public var seed: UInt64?
  /// Goes before what the judge's configuration, rubric and style say.
  public var sampling = SamplingSettings()

  /// The rubric's own terms.
  public init(rubric: String, judge: String? = nil) {
    self.rubric = rubric
    self.judge = judge
  }
}
