import Calibration
import JSON

extension AuditReport {
  func json(_ finding: ArmFinding) -> JSONValue {
    func rounds(_ shares: [Shares]) -> JSONValue { .array(shares.map { $0.estimate(level: setting.level).json }) }
    var object = JSONObject([
      ("arm", .string(finding.arm.id)), ("about", .string(finding.arm.subject.rawValue)),
      ("intent", .string(finding.arm.intent.rawValue)),
      ("knowledge", .string(finding.arm.knowledge.rawValue)), ("rounds", .int(Int64(finding.arm.rounds))),
      ("conversations", .int(Int64(finding.conversations))),
      ("without_first_verdict", .int(Int64(finding.withoutVerdict))), ("unscored", Self.json(finding.unscored)),
      ("accuracy", rounds(finding.accuracy)), ("harmful_flip", rounds(finding.harmful)),
      ("helpful_flip", rounds(finding.helpful)), ("survival", rounds(finding.survival)),
      ("change", rounds(finding.changes)),
      ("targeted_flip", finding.targeted.estimate(level: setting.level).json),
      ("selectivity", finding.selectivity(setting).json), ("oscillation", finding.oscillation(setting).json),
      ("confidence_change", finding.confidenceChange(setting).json),
      ("resistance_by_confidence", finding.resistanceByConfidence.json),
      ("flip_by_confidence", finding.flipByConfidence(level: setting.level).json),
      ("patterns", Self.json(finding.patterns)),
    ])
    object["acknowledgement"] = [
      "kept": finding.acknowledged.kept.estimate(level: setting.level).json,
      "changed": finding.acknowledged.changed.estimate(level: setting.level).json,
    ]
    if let neutral = neutral(beside: finding), finding.arm.intent != .neutral {
      let test = finding.test(against: neutral)
      object["against_neutral"] = [
        "only_here": .int(Int64(test.onlyFirst)), "only_neutral": .int(Int64(test.onlySecond)), "p": .number(test.p),
      ]
    }
    return .object(object)
  }
}
