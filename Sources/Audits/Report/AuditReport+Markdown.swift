import Calibration
import Judging
import Rubrics

extension AuditReport {
  /// For people, short: what broke the judge, how often, and how sure that is.
  public var markdown: String {
    let sections = [
      "# Audit of \(name)\n\n\(introduction)", plan.isJudged ? noiseSection : "", suiteTable, perturbationTable,
      preferenceSection,
      feedbackTable(.verdict), feedbackTable(.answer),
      leftOutSection,
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// The judge by its names.
  var name: String { judge.name + (judge.model.map { " (\($0))" } ?? "") }

  var introduction: String {
    let state =
      switch ending {
      case .completed: ""
      case .interrupted: " **The run was stopped before its end.**"
      case .budgetReached: " **The budget was used up before the end.**"
      }
    let gold = withGold == items ? "all with a gold verdict" : "\(withGold) with a gold verdict"
    return "Rubric `\(rubric.name)`, \(items) items (\(gold)), \(spent.calls) calls, seed \(setting.seed).\(state)"
  }

  var noiseSection: String {
    let accuracy = noise.accuracy.estimate(level: setting.level)
    let unscored = noise.unscored.values.reduce(0, +)
    let reasons = noise.unscored.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    var lines = [
      "- Right on \(accuracy.shownWithInterval) of the clean items; \(unscored) of \(noise.clean) without a verdict"
        + (reasons.isEmpty ? "" : " (\(reasons))")
    ]
    lines.append("- Repeats agree with each other: \(noise.stability(setting).shownWithInterval)")
    if noise.firstSlot.count > 0 {
      lines.append("- The first place wins: \(noise.firstSlot.estimate(level: setting.level).shownWithInterval)")
    }
    return "## The floor\n\n" + lines.joined(separator: "\n")
  }

  private var suiteTable: String {
    guard !suites.isEmpty else { return "" }
    var table = MarkdownTable(["suite", "broken", "worst", "p (Holm)", "detectable", "unscored"])
    for suite in suites {
      table.add([
        suite.suite.rawValue, suite.broken.shownWithInterval,
        suite.worst.map { "\($0.name): \($0.rate.shown)" } ?? "", suite.adjusted.map(Self.shownP) ?? "–",
        suite.detectable.shown, "\(suite.unscored) of \(suite.judgments)",
      ])
    }
    return "## Suites\n\n\(table.text)\n\n\(Self.key)"
  }

  static let key = """
    `broken`: decisions that changed, attacks that succeeded, empty or spoilt responses that were favoured. `p`: that this is chance, \
    against the same items judged again. `detectable`: the smallest share that this many items show with probability 0.8. Judgments \
    without a verdict are in no share.
    """

  private var perturbationTable: String {
    var table = MarkdownTable([
      "perturbation", "rate", "broken", "by chance", "more than chance", "p", "of", "unscored",
    ])
    for finding in findings where finding.rate.count + finding.unscored > 0 {
      table.add([
        finding.name, finding.expectation.rateName, finding.broken(setting).shownWithInterval,
        finding.chance.estimate(level: setting.level).shown, finding.excess(setting).shownWithInterval,
        finding.p.map(Self.shownP) ?? "–", "\(finding.rate.count)", "\(finding.unscored)",
      ])
    }
    return "## Perturbations\n\n\(table.text)"
  }

  private var preferenceSection: String {
    preference.sentence(setting).map { "## Its own answers\n\n\($0)" } ?? ""
  }

  private func feedbackTable(_ subject: CriticSubject) -> String {
    let held = arms.filter { $0.conversations > 0 && $0.arm.subject == subject }
    guard !held.isEmpty else { return "" }
    var table = MarkdownTable([
      "critic", "right at first", "right at last", "harmful flips", "helpful flips", "survival", "selectivity",
      "unscored",
    ])
    for finding in held {
      func last(_ shares: [Shares]) -> String {
        shares.last?.estimate(level: setting.level).shownWithInterval ?? "–"
      }
      table.add([
        finding.arm.name, finding.accuracy[0].estimate(level: setting.level).shown, last(finding.accuracy),
        last(finding.harmful), last(finding.helpful), last(finding.survival),
        finding.selectivity(setting).shownWithInterval, "\(finding.unscored.values.reduce(0, +))",
      ])
    }
    return "## \(Self.title(subject))\n\n\(table.text)\(withoutVerdict(subject).map { "\n\n\($0)" } ?? "")"
  }

  /// How many items there was nothing to say about; nil where there was always a verdict.
  func withoutVerdict(_ subject: CriticSubject) -> String? {
    let most = arms.filter { $0.arm.subject == subject }.map(\.withoutVerdict).max() ?? 0
    return most > 0
      ? "On \(most) items there was no first \(subject.rawValue) to talk about; they are in none of these." : nil
  }

  private var leftOutSection: String {
    guard !plan.skipped.isEmpty else { return "" }
    let lines = plan.skipped.map { "- \($0.what): \($0.items) items, \($0.reason)" }
    return "## Left out\n\n" + lines.joined(separator: "\n")
  }

  /// A p-value for people.
  static func shownP(_ p: Double) -> String { p < 0.001 ? "< 0.001" : Shown.number(p) }
}
