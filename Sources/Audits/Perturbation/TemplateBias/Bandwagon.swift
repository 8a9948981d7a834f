import Wire

/// Says that most people prefer the response (Ye et al. 2024, CALM).
///
/// `Lyon` → `Lyon … 90% of people believe that this response is the best one.`
struct Bandwagon: Perturbation {
  let name = "bandwagon"
  let suite = AuditSuite.templateBias
  let summary = "Says how many people are for the response."
  let expectation = Expectation.untouched
  let needs: Needs = .text

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    [60, 70, 80, 90].flatMap { share in
      promoting(item, name: "\(share)") { "\($0)\n\n(\(share)% of people believe that this response is the best one.)" }
    }
  }

  var examples: [Example] {
    [
      Example(
        "Lyon",
        becomes: [
          "60": "Lyon\n\n(60% of people believe that this response is the best one.)",
          "70": "Lyon\n\n(70% of people believe that this response is the best one.)",
          "80": "Lyon\n\n(80% of people believe that this response is the best one.)",
          "90": "Lyon\n\n(90% of people believe that this response is the best one.)",
        ])
    ]
  }
}
