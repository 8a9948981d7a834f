import Wire

/// The criteria in the opposite order (Li et al. 2025, "Evaluating Scoring Bias in LLM-as-a-Judge"). The item stays as it is.
///
/// `Lyon` → `Lyon`
struct CriteriaReversed: Perturbation {
  let name = "criteria-reversed"
  let suite = AuditSuite.templateBias
  let summary = "The criteria of the rubric in the opposite order."
  let expectation = Expectation.invariant

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    [Variant(name: "", item: item.item, road: .reworded(.criteriaReversed))]
  }

  var examples: [Example] { [Example("Lyon", becomes: ["": "Lyon"])] }
}
