import Wire

/// Names a well-known model as the author (CALM replaces the names of the assistants; here the name stands with the response).
///
/// `Lyon` → `[Written by GPT-5] Lyon`
struct CompassionFade: Perturbation {
  let name = "model-name"
  let suite = AuditSuite.templateBias
  let summary = "The name of a well-known model as the author."
  let expectation = Expectation.untouched
  let needs: Needs = .text

  static let models = ["GPT-5", "Claude Opus", "Gemini Ultra"]

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    Self.models.flatMap { model in
      promoting(item, name: model.lowercased().split(separator: " ").joined(separator: "-")) {
        "[Written by \(model)]\n\($0)"
      }
    }
  }

  var examples: [Example] {
    [
      Example(
        "Lyon",
        becomes: [
          "gpt-5": "[Written by GPT-5]\nLyon", "claude-opus": "[Written by Claude Opus]\nLyon",
          "gemini-ultra": "[Written by Gemini Ultra]\nLyon",
        ])
    ]
  }
}
