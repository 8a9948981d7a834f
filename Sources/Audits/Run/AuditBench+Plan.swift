import Grading
import Judging
import Rubrics
import Wire

extension AuditBench {
  /// What an audit of these items takes.
  ///
  /// - Parameters:
  ///   - suites: nil: all.
  ///   - budget: the most calls to the judge. As many items are taken as it covers, each with all that applies to it.
  /// - Throws: when nothing is left to do.
  public func plan(
    _ items: [AuditItem], suites: [AuditSuite]? = nil, _ setting: AuditSetting = AuditSetting(), budget: Int? = nil
  ) throws(AuditError) -> AuditPlan {
    let suites = AuditSuite.allCases.filter { suites?.contains($0) ?? true }
    // A solver is asked by itself; there is nothing for the judge to do then.
    let isJudged = suites.contains { $0 != .uptake }
    let wanted = Catalogue.all(for: items).filter { isJudged && (suites.contains($0.suite) || $0.suite == .noise) }
    let subjects = CriticSubject.allCases.filter { suites.contains($0.suite) }
    var plan = AuditPlan(
      suites: suites, given: items.count, budget: budget, setting: setting, catalogue: wanted,
      arms: subjects.flatMap { Arm.all($0, rounds: setting.rounds) }, isJudged: isJudged)
    var tally = PlanTally()
    for item in Self.shuffled(items, setting) {
      guard let reason = isJudged ? obstacle(item, setting) : nil else {
        var more = tally
        add(item, plan, to: &more)
        if more.calls == tally.calls {
          tally = more
        } else if let budget, more.calls > budget {
          tally.skip("items", "the budget of \(budget) calls does not cover them", 1)
        } else {
          more.promptBytes += (more.judgeCalls - tally.judgeCalls) * promptBytes(item.item)
          tally = more
          plan.items.append(item)
        }
        continue
      }
      tally.skip("items", reason, 1)
    }
    (plan.lines, plan.skipped) = (tally.lines, tally.skipped)
    guard !plan.items.isEmpty else {
      let reasons = plan.skipped.map(\.reason).joined(separator: "; ")
      throw AuditError("there is nothing to audit" + (reasons.isEmpty ? ": there are no items" : ": \(reasons)"))
    }
    plan.estimate = options.prices.map {
      AuditEstimate(
        $0, judgeCalls: tally.judgeCalls, promptBytes: tally.promptBytes, otherCalls: tally.others,
        maxReplyTokens: maxReplyTokens)
    }
    plan.digest = digest(of: items, plan)
    return plan
  }

  /// The trials of one item on clean roads, as many as its variants are compared with.
  func cleanRoads(_ variants: [(any Perturbation, Variant)]) -> [Road] {
    var roads: [Road] = [.deployed]
    for (_, variant) in variants where !roads.contains(variant.baseline) { roads.append(variant.baseline) }
    return roads
  }

  /// All that is judged of an item, conversations apart.
  func variants(of item: AuditItem, _ plan: AuditPlan) -> [(any Perturbation, Variant)] {
    plan.catalogue.flatMap { perturbation in
      variants(of: item, perturbation, plan.setting).map { (perturbation, $0) }
    }
  }

  private func variants(of item: AuditItem, _ perturbation: any Perturbation, _ setting: AuditSetting) -> [Variant] {
    guard obstacle(item, perturbation) == nil else { return [] }
    return perturbation.variants(of: item, setting).filter { has($0.road) && has($0.baseline) }
  }

  private func add(_ item: AuditItem, _ plan: AuditPlan, to tally: inout PlanTally) {
    let responses = item.item.responses.count
    var all: [(any Perturbation, Variant)] = []
    for perturbation in plan.catalogue {
      if let reason = obstacle(item, perturbation) {
        tally.skip(perturbation.id, reason, 1)
        continue
      }
      let variants = variants(of: item, perturbation, plan.setting)
      if variants.isEmpty {
        tally.skip(perturbation.id, "there is nothing for it to change in this rubric or item", 1)
        continue
      }
      all += variants.map { (perturbation, $0) }
      tally.add(
        perturbation.suite, perturbation.id, judgments: variants.count,
        calls: variants.reduce(0) { $0 + calls(responses, on: $1.road) },
        others: variants.count { $0.rewriting != nil })
    }
    let roads = cleanRoads(all)
    if plan.isJudged {
      tally.add(
        .noise, AuditKey.clean, judgments: roads.count, calls: roads.reduce(0) { $0 + calls(responses, on: $1) })
    }
    if plan.suites.contains(.templateBias) {
      if let reason = preferenceObstacle(item) {
        tally.skip(SelfPreference.id, reason, 1)
      } else {
        let once = 1 + calls(2, on: .deployed)
        tally.add(.templateBias, SelfPreference.id, judgments: 2, calls: once, others: once)
      }
    }
    for subject in CriticSubject.allCases { addConversations(item, subject, plan, &tally) }
  }

  private func addConversations(
    _ item: AuditItem, _ subject: CriticSubject, _ plan: AuditPlan, _ tally: inout PlanTally
  ) {
    let arms = plan.arms.filter { $0.subject == subject }
    if subject == .answer, !arms.isEmpty, parties.solver == nil {
      return tally.skip(subject.suite.rawValue, "it needs a solver, and none is named", 1)
    }
    let isJudge = subject == .verdict
    let perAnswer = isJudge ? calls(item.item.responses.count, on: .asGiven) : 1
    for arm in arms {
      if let reason = arm.obstacle(item, self) {
        tally.skip(arm.id, reason, 1)
      } else {
        let critic = arm.knowledge == .parametric ? 1 : 0
        tally.add(
          subject.suite, arm.id, judgments: arm.rounds, calls: isJudge ? arm.rounds * perAnswer : 0,
          others: arm.rounds * (isJudge ? critic : perAnswer + critic))
      }
    }
    if arms.contains(where: { $0.obstacle(item, self) == nil }) {
      tally.add(
        subject.suite, Arm.opening(subject), judgments: 1, calls: isJudge ? perAnswer : 0,
        others: isJudge ? 0 : perAnswer)
    }
  }

  /// Why an item cannot be judged at all; nil where it can.
  private func obstacle(_ item: AuditItem, _ setting: AuditSetting) -> String? {
    let count = item.item.responses.count
    switch format {
    case .pairwise where count != 2: return "pairwise takes items with 2 responses"
    case .listwise where count < 2: return "listwise takes items with 2 responses or more"
    default: break
    }
    if count == 1, scale.isUnbounded, setting.passAt == nil {
      return "the rubric's scale has no middle; say from which score on a response passes"
    }
    if !item.item.media.isEmpty {
      if media == nil { return "they have media, and no decoder is at hand" }
      for kind in Set(item.item.media.map(\.kind)) where !sees(kind) {
        return "they have media (\(kind.rawValue)) that judge '\(judge.description.name)' does not take"
      }
    }
    if item.item.responses.contains(where: \.isBlank) { return "a response is empty" }
    return nil
  }

  private func sees(_ kind: MediaReference.Kind) -> Bool {
    switch kind {
    case .image: judge.description.modalities.contains(.image)
    case .video: judge.description.modalities.contains(.frames)
    case .sound: judge.description.modalities.contains(.sound)
    }
  }

  /// Why a perturbation does not apply to an item; nil where it does.
  private func obstacle(_ item: AuditItem, _ perturbation: any Perturbation) -> String? {
    let needs = perturbation.needs
    let count = item.item.responses.count
    if needs.contains(.several), count < 2 { return "it needs two responses or more" }
    if needs.contains(.gold), item.loser == nil, item.best == nil { return "it needs a gold verdict that is no tie" }
    if needs.contains(.prompt), item.item.prompt?.text.isEmpty ?? true { return "it needs a prompt" }
    if needs.contains(.reference), item.item.reference?.text.isEmpty ?? true { return "it needs a reference answer" }
    if needs.contains(.picture), !item.item.media.contains(where: { $0.kind == .image }) {
      return "it needs a picture"
    }
    if needs.contains(.sound), !item.item.media.contains(where: { $0.kind == .sound }) { return "it needs a sound" }
    if needs.contains(.video), !item.item.media.contains(where: { $0.kind == .video }) { return "it needs a video" }
    if needs.contains(.speech), Speaker.path() == nil {
      return "it needs \(Speaker.program), which is not installed, to speak"
    }
    if needs.contains(.rewriter), parties.rewriter == nil { return "it needs a rewriting model, and none is named" }
    if needs.contains(.text), item.item.responses.contains(where: { $0.text.isEmpty }) {
      return "it needs responses with text"
    }
    return nil
  }

  private static func shuffled(_ items: [AuditItem], _ setting: AuditSetting) -> [AuditItem] {
    items.map { (Digest.seed("audit", "order", String(setting.seed), $0.id), $0) }
      .sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }.map(\.1)
  }
}

/// A plan in the making.
private struct PlanTally {
  private(set) var lines: [AuditPlan.Line] = []
  private(set) var skipped: [AuditPlan.Skipped] = []
  private(set) var calls = 0
  /// Of these, calls to other models than the judge.
  private(set) var others = 0
  var judgeCalls: Int { calls - others }
  /// Of the prompts for the judge.
  var promptBytes = 0

  /// - Parameters:
  ///   - calls: to the judge.
  ///   - others: to other models.
  mutating func add(_ suite: AuditSuite, _ name: String, judgments: Int, calls: Int, others: Int = 0) {
    let place = lines.firstIndex { $0.name == name } ?? lines.endIndex
    if place == lines.endIndex { lines.append(.init(suite: suite, name: name)) }
    lines[place].items += 1
    lines[place].judgments += judgments
    lines[place].calls += calls + others
    self.calls += calls + others
    self.others += others
  }

  mutating func skip(_ what: String, _ reason: String, _ items: Int) {
    if let place = skipped.firstIndex(where: { $0.what == what && $0.reason == reason }) {
      skipped[place].items += items
    } else {
      skipped.append(.init(what: what, reason: reason, items: items))
    }
  }
}
