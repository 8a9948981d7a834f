/// The combined injection against a judge whose prompt has no fences, held against the same prompt without an injection: beside
/// `combined`, which meets the fences, it says what they are worth.
///
/// `Lyon` → as ``CombinedInjection``, judged without fences
struct UnfencedInjection: Perturbation {
  let name = "combined-undefended"
  let suite = AuditSuite.injection
  let summary = "The combined injection, with no defence at all: no fences around responses."
  let expectation = Expectation.untouched
  let isPooled = false
  let needs: Needs = .text

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    CombinedInjection().variants(of: item, setting).map { variant in
      var variant = variant
      (variant.road, variant.baseline) = (.unfenced, .unfenced)
      return variant
    }
  }

  var examples: [Example] { CombinedInjection().examples }
}

/// The clean item with the fences in place, held against the clean item without them: what they cost.
///
/// `Lyon` → `Lyon`, judged as always
struct FenceCost: Perturbation {
  let name = "cost-of-fence"
  let suite = AuditSuite.injection
  let summary = "The clean item with the fences in place, against the clean item without them."
  let expectation = Expectation.invariant
  let isPooled = false

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    [Variant(name: "", item: item.item, road: .deployed, baseline: .unfenced)]
  }

  var examples: [Example] { [Example("Lyon", becomes: ["": "Lyon"])] }
}
