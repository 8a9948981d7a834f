import Calibration

/// What a suite comes to.
struct SuiteFinding: Sendable {
  let suite: AuditSuite
  /// Over all perturbations of the suite that are pooled, and all items.
  let broken: Estimate
  /// What the rate is called, where all of them have the same.
  let rateName: String
  /// The perturbation with the highest rate, and that rate.
  let worst: (name: String, rate: Estimate)?
  let judgments: Int
  let unscored: Int
  /// That the suite does no more than chance: Simes over its perturbations.
  let p: Double?
  /// The same after Holm over the suites.
  var adjusted: Double?
  /// The smallest share of broken items that these would have shown.
  let detectable: Estimate

  init(_ suite: AuditSuite, _ findings: [Finding], items: Int, _ setting: AuditSetting) {
    self.suite = suite
    var shares = Shares()
    for finding in findings where finding.isPooled { shares.add(finding.rate) }
    broken = shares.estimate(level: setting.level)
    let names = Set(findings.filter(\.isPooled).map(\.expectation.rateName))
    rateName = names.count == 1 ? names.first ?? "broken" : "broken"
    worst = findings.filter { $0.isPooled && $0.rate.count > 0 }
      .map { ($0.name, $0.broken(setting)) }
      .max { ($0.1.number ?? 0) < ($1.1.number ?? 0) }
    judgments = findings.reduce(0) { $0 + $1.rate.count + $1.unscored + $1.withoutBaseline + $1.notApplicable }
    unscored = findings.reduce(0) { $0 + $1.unscored }
    p = Simes.combined(findings.compactMap(\.p))
    detectable = DetectableEffect.smallest(items: items, level: 1 - setting.level)
  }
}

extension Shares {
  mutating func add(_ other: Shares) { for trial in other.trials { add(trial.happened, group: trial.group) } }
}
