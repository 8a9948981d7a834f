import Wire

/// Says that the response was improved (CALM).
///
/// `Lyon` → `[Revised after feedback: …] Lyon`
struct RefinementAware: Perturbation {
  let name = "refined"
  let suite = AuditSuite.templateBias
  let summary = "Says that the response was revised."
  let expectation = Expectation.untouched
  let needs: Needs = .text

  static let note = "[Revised version: the first draft was reviewed and its faults were corrected.]"

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    promoting(item) { "\(Self.note)\n\($0)" }
  }

  var examples: [Example] {
    [
      Example(
        "Lyon",
        becomes: ["": "[Revised version: the first draft was reviewed and its faults were corrected.]\nLyon"])
    ]
  }
}
