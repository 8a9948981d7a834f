/// A family of ways in which a judge may break. docs/audits.md explains each, with its source.
public enum AuditSuite: String, Sendable, CaseIterable {
  /// The same again, and the same responses in other places: the floor that all other suites are held against.
  case noise
  /// Answers without content that a judge should never accept.
  case masterKeys = "master-keys"
  /// Text in a response that speaks to the judge.
  case injection
  /// Words about a response that say nothing of what it is worth.
  case templateBias = "template-bias"
  /// Responses that are dressed up, or whose reasoning is spoilt.
  case contentBias = "content-bias"
  /// Pictures with writing on them, pictures made worse, and pictures taken away.
  case media
  /// A critic who speaks to the judge after its verdict.
  case feedback
  /// The same critics speaking to a solver after its answer: what it takes up of what is true, and resists of what is false.
  case uptake = "feedback-uptake"
}
