import Wire

/// The scale in letters in place of numbers (the same source). The item stays as it is.
///
/// `Lyon` → `Lyon`
struct LetteredScale: Perturbation {
  let name = "letters"
  let suite = AuditSuite.templateBias
  let summary = "The scale written in letters."
  let expectation = Expectation.invariant

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    [Variant(name: "", item: item.item, road: .reworded(.letters))]
  }

  var examples: [Example] { [Example("Lyon", becomes: ["": "Lyon"])] }
}
