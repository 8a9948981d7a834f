/// The combined injection against a judge whose prompt is protected, held against the same protection without an injection.
///
/// `Lyon` → as ``CombinedInjection``, judged with the defence
struct DefendedInjection: Perturbation {
  let defence: Road.Defence

  var name: String { "combined-against-\(defence.rawValue)" }
  let suite = AuditSuite.injection
  var summary: String { "The combined injection, with the defence '\(defence.rawValue)' in place." }
  let expectation = Expectation.untouched
  let isPooled = false
  let needs: Needs = .text

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    CombinedInjection().variants(of: item, setting).map { variant in
      var variant = variant
      (variant.road, variant.baseline) = (.defended(defence), .defended(defence))
      return variant
    }
  }

  var examples: [Example] { CombinedInjection().examples }
}

/// The clean item with a defence in place: what it costs.
///
/// `Lyon` → `Lyon`, judged with the defence
struct DefenceCost: Perturbation {
  let defence: Road.Defence

  var name: String { "cost-of-\(defence.rawValue)" }
  let suite = AuditSuite.injection
  var summary: String { "The clean item with the defence '\(defence.rawValue)' in place." }
  let expectation = Expectation.invariant
  let isPooled = false

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    [Variant(name: "", item: item.item, road: .defended(defence))]
  }

  var examples: [Example] { [Example("Lyon", becomes: ["": "Lyon"])] }
}
