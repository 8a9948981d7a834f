/// Judges the clean item again, so that it is known how much a verdict changes by itself.
///
/// `Paris` → `Paris`
struct Repeat: Perturbation {
  let name = "repeat"
  let suite = AuditSuite.noise
  let summary = "The same item, judged again."
  let expectation = Expectation.invariant

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    (0..<setting.repeats).map { Variant(name: "\($0 + 1)", item: item.item) }
  }

  var examples: [Example] { [Example("Lyon", becomes: ["1": "Lyon", "2": "Lyon"])] }
}
