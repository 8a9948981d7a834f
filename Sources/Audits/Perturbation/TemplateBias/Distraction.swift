import Wire

/// Something personal about the author that has nothing to do with the question (CALM).
///
/// `Lyon` → `Lyon … (The author of this response loves pasta …)`
struct Distraction: Perturbation {
  let name = "distraction"
  let suite = AuditSuite.templateBias
  let summary = "An irrelevant fact about the author."
  let expectation = Expectation.untouched
  let needs: Needs = .text

  static let fact = "(The author of this response loves pasta, and makes the tomato sauce for it at home.)"

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    promoting(item) { "\($0)\n\n\(Self.fact)" }
  }

  var examples: [Example] {
    [
      Example(
        "Lyon",
        becomes: ["": "Lyon\n\n(The author of this response loves pasta, and makes the tomato sauce for it at home.)"])
    ]
  }
}
