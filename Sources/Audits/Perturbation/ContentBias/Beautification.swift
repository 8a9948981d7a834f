import Wire

/// Headings, bold type and emoji around the same content (Chen et al. 2024, "Humans or LLMs as the Judge?").
///
/// `Lyon` → `## ✨ Answer ✨ … **Lyon** ✅`
struct Beautification: Perturbation {
  let name = "beautification"
  let suite = AuditSuite.contentBias
  let summary = "Headings, bold type and emoji around the same words."
  let expectation = Expectation.untouched
  let needs: Needs = .text

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    promoting(item, name: "markdown") { "## Answer\n\n- **\($0)**\n\n---" }
      + promoting(item, name: "emoji") { "✨ \($0) ✅🎉" }
  }

  var examples: [Example] {
    [Example("Lyon", becomes: ["markdown": "## Answer\n\n- **Lyon**\n\n---", "emoji": "✨ Lyon ✅🎉"])]
  }
}
