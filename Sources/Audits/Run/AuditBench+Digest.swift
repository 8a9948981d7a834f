import Grading
import Judging
import Rubrics
import Wire

extension AuditBench {
  /// Of all that the results of an audit depend on.
  func digest(of items: [AuditItem], _ plan: AuditPlan) -> String {
    let (about, setting) = (judge.description, plan.setting)
    var parts: [String] = ["1", about.name, about.model ?? "", about.fingerprint]
    for (role, about) in parties.named { parts += [role, about.name, about.fingerprint] }
    for solver in [parties.solver, parties.peer] { if let solver { parts.append("\(solver.sampling)") } }
    parts += [rubric.digest, format.rawValue, "\(options.seed)", "\(options.sampling)"]
    if let samples = options.samples { parts.append("samples \(samples)") }
    if let order = options.order { parts.append("order \(order.rawValue)") }
    if let verdict = options.verdict { parts.append("verdict \(verdict)") }
    parts += plan.suites.map(\.rawValue) + ["\(setting.seed)", "\(setting.repeats)", "\(setting.rounds)"]
    if let passAt = setting.passAt { parts.append("pass at \(passAt)") }
    parts += plan.catalogue.map(\.id) + plan.arms.map(\.id)
    for item in items { parts += Self.parts(of: item) }
    return Digest.sha256(parts.map { "\($0.utf8.count):\($0)" }.joined())
  }

  private static func parts(of item: AuditItem) -> [String] {
    [item.id, item.gold.map { "\($0)" } ?? "", item.group ?? "", item.answer ?? "", item.alternative ?? ""]
      + [item.evidenceFor, item.evidenceAgainst].flatMap { [$0?.text ?? "", $0?.source ?? ""] }
      + parts(of: item.item.prompt) + item.item.responses.flatMap { parts(of: $0) } + parts(of: item.item.reference)
  }

  private static func parts(of content: Content?) -> [String] {
    guard let content else { return ["none"] }
    return ["\(content.turns.count)"]
      + content.turns.flatMap { turn in
        [turn.role ?? "", "\(turn.parts.count)"]
          + turn.parts.map { part in
            switch part {
            case .text(let text): "text:\(text)"
            case .media(let reference): "\(reference.kind.rawValue):\(reference.url)"
            }
          }
      }
  }
}
