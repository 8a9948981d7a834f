import Calibration
public import JSON
import Judging
import Rubrics
import Wire

extension AuditReport {
  /// Of the layout below.
  static let version = 1

  /// Everything, for programs; docs/audits.md has the fields.
  public var json: JSONValue {
    var members = JSONObject([("cupel_audit", .int(Int64(Self.version)))])
    members["judge"] = Self.json(judge)
    members["rubric"] = .string(rubric.reference)
    members["seed"] = Int64(exactly: setting.seed).map { .int($0) } ?? .string(String(setting.seed))
    members["level"] = .number(setting.level)
    members["ending"] = .string(ending.rawValue)
    members["plan"] = plan.json
    members["items"] = ["judged": .int(Int64(items)), "with_gold": .int(Int64(withGold))]
    members["spent"] = spentJSON
    members["noise"] = noiseJSON
    for (role, about) in parties { members[role] = Self.json(about) }
    members["suites"] = .array(suites.map(json))
    members["perturbations"] = .array(findings.filter { !$0.variants.isEmpty }.map(json))
    members["feedback"] = .array(arms.filter { $0.conversations + $0.withoutVerdict > 0 }.map(json))
    if preference.sentence(setting) != nil { members["self_preference"] = preference.json(setting) }
    members["metrics"] = .object(JSONObject(metrics.map { ($0.name, $0.estimate.json) }))
    members["examples"] = .array(exhibits.map(\.json))
    members["conversations"] = .array(conversations.map(\.json))
    return .object(members)
  }

  private static func json(_ judge: JudgeDescription) -> JSONValue {
    var object = JSONObject([("name", .string(judge.name))])
    object["model"] = judge.model.map { .string($0) }
    object["fingerprint"] = .string(judge.fingerprint)
    return .object(object)
  }

  private var spentJSON: JSONValue {
    var object = JSONObject([
      ("calls", .int(Int64(spent.calls))), ("tokens", .int(Int64(clamping: spent.tokens))),
      ("unknown_calls", .int(Int64(spent.unknown))),
    ])
    object["cost"] = prices.map {
      Expense.cost($0.currency, Money(units: spent.money), unknown: spent.unknown, of: "calls")
    }
    return .object(object)
  }

  private var noiseJSON: JSONValue {
    [
      "clean": .int(Int64(noise.clean)), "unscored": Self.json(noise.unscored),
      "accuracy": noise.accuracy.estimate(level: setting.level).json, "stability": noise.stability(setting).json,
      "first_slot": noise.firstSlot.estimate(level: setting.level).json,
      "primacy": noise.primacy.estimate(level: setting.level).json,
    ]
  }

  private func json(_ suite: SuiteFinding) -> JSONValue {
    var object = JSONObject([
      ("suite", .string(suite.suite.rawValue)), ("broken", suite.broken.json), ("rate", .string(suite.rateName)),
      ("judgments", .int(Int64(suite.judgments))), ("unscored", .int(Int64(suite.unscored))),
      ("p", suite.p.map { .number($0) } ?? .null), ("p_holm", suite.adjusted.map { .number($0) } ?? .null),
      ("detectable", suite.detectable.json),
    ])
    object["worst"] = suite.worst.map { ["name": .string($0.name), "rate": $0.rate.json] }
    return .object(object)
  }

  private func json(_ finding: Finding) -> JSONValue {
    var object = JSONObject([
      ("name", .string(finding.name)), ("suite", .string(finding.suite.rawValue)),
      ("summary", .string(finding.summary)), ("expectation", .string(finding.expectation.rawValue)),
      ("rate", .string(finding.expectation.rateName)), ("broken", finding.broken(setting).json),
      ("by_chance", finding.chance.estimate(level: setting.level).json), ("excess", finding.excess(setting).json),
      ("worst_of_all", finding.worstOfAll(setting).json), ("score_shift", finding.shift(setting).json),
      ("p", finding.p.map { .number($0) } ?? .null), ("unscored", .int(Int64(finding.unscored))),
      ("without_baseline", .int(Int64(finding.withoutBaseline))),
      ("not_applicable", .int(Int64(finding.notApplicable))),
    ])
    if finding.agreement.of > 0 {
      object["accuracy"] = [
        "clean": .number(Double(finding.agreement.clean) / Double(finding.agreement.of)),
        "perturbed": .number(Double(finding.agreement.perturbed) / Double(finding.agreement.of)),
        "of": .int(Int64(finding.agreement.of)), "p": .number(finding.agreement.test.p),
      ]
    }
    object["variants"] = .array(
      finding.variants.map {
        [
          "name": .string($0.name), "broken": .int(Int64($0.broken)), "of": .int(Int64($0.of)),
          "unscored": .int(Int64($0.unscored)),
        ]
      })
    object["items"] = .object(
      JSONObject(
        finding.items.sorted { $0.key < $1.key }.map {
          ($0.key, .array([.int(Int64($0.value.broken)), .int(Int64($0.value.of))]))
        }))
    return .object(object)
  }

  static func json(_ counts: [String: Int]) -> JSONValue {
    .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, .int(Int64($0.value))) }))
  }
}

extension Exhibit {
  var json: JSONValue {
    var object = JSONObject([
      ("perturbation", .string(perturbation)), ("variant", .string(variant)), ("item", .string(item)),
      ("prompt", .string(prompt)),
    ])
    object["before"] = before.map { .string($0) }
    object["after"] = after.map { .string($0) }
    object["clean"] = ["decision": .string(cleanDecision), "words": .string(cleanWords)]
    object["perturbed"] = ["decision": .string(decision), "words": .string(words)]
    return .object(object)
  }
}

extension ConversationExhibit {
  var json: JSONValue {
    [
      "arm": .string(arm), "item": .string(item), "decision": .string(first), "words": .string(firstWords),
      "rounds": .array(
        rounds.map {
          ["remark": .string($0.remark), "decision": .string($0.decision), "words": .string($0.words)]
        }),
    ]
  }
}
