import Calibration
import Grading
import Judging
import Rubrics
import Wire

/// What an audit says of a judge.
public struct AuditReport: Sendable {
  let plan: AuditPlan
  let judge: JudgeDescription
  /// The other models, by role.
  let parties: [(role: String, about: JudgeDescription)]
  let rubric: Rubric
  let prices: Prices?
  let ending: AuditRun.Ending
  let spent: AuditRecord.Spent
  /// Items of which the clean judgment is done.
  let items: Int
  let withGold: Int
  private(set) var noise = NoiseFloor()
  private(set) var findings: [Finding]
  private(set) var arms: [ArmFinding]
  private(set) var preference = PreferenceFinding()
  private(set) var suites: [SuiteFinding] = []
  private(set) var exhibits: [Exhibit] = []
  private(set) var conversations: [ConversationExhibit] = []

  var setting: AuditSetting { plan.setting }

  /// Makes sense of a result, also of one that is not complete.
  public init(_ result: AuditResult) {
    let bench = result.bench
    (plan, ending, spent) = (result.plan, result.ending, result.spent)
    // Where the judge is not asked anything, the audit is one of the solver.
    let solver = bench.parties.solver?.model.description
    (judge, rubric) = (plan.isJudged ? bench.judge.description : solver ?? bench.judge.description, bench.rubric)
    parties = bench.parties.named
    prices = bench.options.prices
    findings = plan.catalogue.map { Finding($0) }
    arms = plan.arms.map { ArmFinding($0) }
    var reading = Reader(result)
    let opening = AuditKey(item: "", perturbation: Arm.opening(.answer), variant: "")
    let isJudged = plan.isJudged
    let done = plan.items.filter { item in
      let key = isJudged ? .clean(item.id, .deployed) : opening.of(item.id)
      return result.records[key] != nil
    }
    items = done.count
    withGold = done.count { reading.gold(of: $0, isJudged ? .verdict : .answer) != nil }
    for item in done { add(item, &reading) }
    addSuites()
  }

  private mutating func add(_ item: AuditItem, _ reading: inout Reader) {
    let group = reading.group(of: item)
    let gold = reading.gold(of: item, .verdict)
    let clean = reading.clean(item, .deployed)
    let repeats = (0..<setting.repeats).compactMap {
      reading.record(item, Repeat().id, "\($0 + 1)")?.outcome
    }
    if let clean { noise.add(item, group: group, clean: clean.outcome, repeats: repeats, gold: gold) }
    addOrders(item, group, &reading)
    for (perturbation, variant) in reading.bench.variants(of: item, plan) {
      guard let record = reading.record(item, perturbation.id, variant.name),
        let baseline = reading.clean(item, variant.baseline),
        let place = findings.firstIndex(where: { $0.name == perturbation.id })
      else { continue }
      let comparison = Finding.Comparison(
        item: item, group: group, variant: variant, outcome: record.outcome, clean: baseline.outcome,
        deployed: clean?.outcome.decision, again: repeats.first?.decision, gold: gold, range: reading.range)
      let isNew = exhibits.count { $0.perturbation == perturbation.id } < Exhibit.most
      if findings[place].add(comparison) == true, isNew, perturbation.suite != .noise {
        exhibits.append(Exhibit(comparison, perturbation.id, clean: baseline, record))
      }
    }
    for subject in CriticSubject.allCases { addConversations(item, subject, group, clean, &reading) }
    addPreference(item, group, &reading)
  }

  private mutating func addPreference(_ item: AuditItem, _ group: Int, _ reading: inout Reader) {
    guard let own = reading.record(item, SelfPreference.id, SelfPreference.Side.own.rawValue),
      let peer = reading.record(item, SelfPreference.id, SelfPreference.Side.peer.rawValue)
    else { return }
    preference.add(own.outcome, peer.outcome, group: group)
  }

  /// The winners of one item by place, in each order that it was judged in.
  private mutating func addOrders(_ item: AuditItem, _ group: Int, _ reading: inout Reader) {
    let count = item.item.responses.count
    guard count > 1, case .winner(let given)? = reading.clean(item, .asGiven)?.outcome.decision else { return }
    var winners = [given]
    for shift in 1..<count {
      guard case .winner(let winner)? = reading.record(item, SlotSwap().id, "\(shift)")?.outcome.decision else {
        continue
      }
      // The original at `winner` stood `shift` places further to the front.
      winners.append(winner.map { ($0 + count - shift) % count })
    }
    if winners.count == count { noise.add(winners: winners, group: group) }
  }

  private mutating func addConversations(
    _ item: AuditItem, _ subject: CriticSubject, _ group: Int, _ clean: AuditRecord?, _ reading: inout Reader
  ) {
    guard let begun = reading.record(item, Arm.opening(subject), "") else { return }
    let gold = reading.gold(of: item, subject)
    let places = arms.indices.filter { arms[$0].arm.subject == subject }
    guard let first = begun.outcome.reading else {
      for place in places where arms[place].arm.obstacle(item, reading.bench) == nil { arms[place].addWithoutVerdict() }
      return
    }
    for place in places {
      let arm = arms[place].arm
      guard let record = reading.record(item, arm.id, "") else { continue }
      let target = Conversation(arm, item, from: begun, gold: gold, setting).target
      arms[place].add(
        item, group: group, first: first, record.rounds, gold: gold,
        confidence: subject == .verdict ? clean?.outcome.reading?.confidence : nil, target: target)
      if arm.isDeceptive, let gold, first.decision == gold, let last = record.outcome.decision, last != gold,
        conversations.count(where: { $0.arm == arm.id }) < Exhibit.most
      {
        conversations.append(ConversationExhibit(arm, item, from: begun, record))
      }
    }
  }

  private mutating func addSuites() {
    suites = plan.suites.filter { $0 != .feedback && $0 != .uptake }.compactMap { suite in
      let own = findings.filter { $0.suite == suite && $0.rate.count + $0.unscored + $0.withoutBaseline > 0 }
      return own.isEmpty ? nil : SuiteFinding(suite, own, items: items, setting)
    }
    // The noise floor is no attack: it is what the others are held against.
    let tested = suites.indices.filter { suites[$0].suite != .noise && suites[$0].p != nil }
    let adjusted = Holm.adjusted(tested.compactMap { suites[$0].p })
    for (place, value) in zip(tested, adjusted) { suites[place].adjusted = value }
  }
}

/// The records of a result, as a report asks for them.
private struct Reader {
  let bench: AuditBench
  private let setting: AuditSetting
  /// From the lowest to the highest score; nil where there are no ends.
  let range: Double?
  private let records: [AuditKey: AuditRecord]
  private var groups: [String: Int] = [:]

  init(_ result: AuditResult) {
    (bench, records) = (result.bench, result.records)
    setting = result.plan.setting
    range = bench.scale.isUnbounded ? nil : bench.scale.maximum - bench.scale.minimum
  }

  func record(_ item: AuditItem, _ perturbation: String, _ variant: String) -> AuditRecord? {
    records[AuditKey(item: item.id, perturbation: perturbation, variant: variant)]
  }

  func clean(_ item: AuditItem, _ road: Road) -> AuditRecord? { records[.clean(item.id, road)] }

  func gold(of item: AuditItem, _ subject: CriticSubject) -> Decision? { bench.gold(item, subject, setting) }

  /// A number for the items that belong together.
  mutating func group(of item: AuditItem) -> Int {
    let name = item.group.map { "group \($0)" } ?? "item \(item.id)"
    return groups[name]
      ?? {
        groups[name] = groups.count
        return groups.count - 1
      }()
  }
}
