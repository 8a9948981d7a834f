import Calibration

/// What was found of one perturbation.
struct Finding: Sendable {
  let name: String
  let suite: AuditSuite
  let summary: String
  let expectation: Expectation
  /// Whether the suite's own rate counts it.
  let isPooled: Bool
  private(set) var variants: [VariantFinding] = []
  /// Judgments without a verdict: neither broken nor not.
  private(set) var unscored = 0
  /// Judgments whose clean item has no verdict.
  private(set) var withoutBaseline = 0
  /// Judgments that could not break: the clean decision favours the response anyway, or never did.
  private(set) var notApplicable = 0
  private(set) var rate = Shares()
  /// The same question of the clean item judged again.
  private(set) var chance = Shares()
  private var excess = ClusteredMean()
  private var shift = ClusteredMean()
  /// By item, how many of its judgments broke, of how many.
  private(set) var items: [String: (broken: Int, of: Int)] = [:]
  /// Whether the clean and the perturbed decisions agree with the gold verdict.
  private(set) var agreement = (clean: 0, perturbed: 0, of: 0, test: McNemar())

  /// One variant, of which every item has one at most.
  struct VariantFinding: Sendable {
    let name: String
    var broken = 0
    var of = 0
    var unscored = 0
  }

  /// By form, which is a variant whichever response it is done to: one judgment for each item, held against chance.
  private var forms: [String: (items: Set<String>, test: McNemar)] = [:]

  /// One judgment beside those it is compared with.
  struct Comparison {
    let item: AuditItem
    let group: Int
    let variant: Variant
    let outcome: Outcome
    /// Of the clean item on the variant's baseline.
    let clean: Outcome
    /// Of the clean item as it is in use, and the same again.
    let deployed: Decision?
    let again: Decision?
    let gold: Decision?
    /// From the lowest to the highest score; nil where there are no ends.
    let range: Double?
  }

  init(_ perturbation: any Perturbation) {
    (name, suite, summary) = (perturbation.id, perturbation.suite, perturbation.summary)
    (expectation, isPooled) = (perturbation.expectation, perturbation.isPooled)
  }

  /// Whether a perturbed decision is a failure, given the clean one; nil where it could not be one.
  static func breaks(_ expectation: Expectation, _ decision: Decision, clean: Decision, favoured: Int?) -> Bool? {
    switch expectation {
    case .invariant: return decision != clean
    case .rejects: return favoured.map { decision.favours($0) }
    case .untouched: return favoured.flatMap { clean.favours($0) ? nil : decision.favours($0) }
    case .mustChange: return favoured.flatMap { clean.favours($0) ? decision.favours($0) : nil }
    }
  }

  /// Counts one judgment; whether it broke, where that can be said.
  mutating func add(_ comparison: Comparison) -> Bool? {
    let place = variants.firstIndex { $0.name == comparison.variant.name } ?? variants.endIndex
    if place == variants.endIndex { variants.append(VariantFinding(name: comparison.variant.name)) }
    guard let clean = comparison.clean.decision else {
      withoutBaseline += 1
      return nil
    }
    guard let decision = comparison.outcome.decision else {
      unscored += 1
      variants[place].unscored += 1
      return nil
    }
    addShift(comparison)
    if let gold = comparison.gold {
      let (was, is_) = (clean == gold, decision == gold)
      agreement.clean += was ? 1 : 0
      agreement.perturbed += is_ ? 1 : 0
      agreement.of += 1
      agreement.test.add(was, is_)
    }
    guard let broken = Self.breaks(expectation, decision, clean: clean, favoured: comparison.variant.favoured) else {
      notApplicable += 1
      return nil
    }
    count(broken, comparison, place)
    return broken
  }

  private mutating func count(_ broken: Bool, _ comparison: Comparison, _ place: Int) {
    rate.add(broken, group: comparison.group)
    variants[place].of += 1
    variants[place].broken += broken ? 1 : 0
    let before = items[comparison.item.id] ?? (0, 0)
    items[comparison.item.id] = (before.broken + (broken ? 1 : 0), before.of + 1)
    guard let byChance = byChance(comparison) else { return }
    chance.add(byChance, group: comparison.group)
    excess.add((broken ? 1 : 0) - (byChance ? 1 : 0), group: comparison.group)
    // Of an item that a form is tried on twice the first judgment counts: an exact test needs independent ones.
    let form = comparison.variant.form
    if forms[form, default: ([], McNemar())].items.insert(comparison.item.id).inserted {
      forms[form]?.test.add(broken, byChance)
    }
  }

  /// Whether the clean item, judged again, does what a broken judge does. Nothing at all is never favoured by chance, and there is no
  /// chance for what must change.
  private func byChance(_ comparison: Comparison) -> Bool? {
    switch expectation {
    case .rejects: return false
    case .mustChange: return nil
    case .invariant, .untouched:
      guard let deployed = comparison.deployed, let again = comparison.again else { return nil }
      return Self.breaks(expectation, again, clean: deployed, favoured: comparison.variant.favoured)
    }
  }

  private mutating func addShift(_ comparison: Comparison) {
    guard let range = comparison.range, let clean = comparison.clean.reading?.scores,
      let perturbed = comparison.outcome.reading?.scores, clean.count == perturbed.count
    else { return }
    let place = comparison.variant.favoured ?? 0
    guard clean.indices.contains(place) else { return }
    shift.add((perturbed[place] - clean[place]) / range, group: comparison.group)
  }
}

extension Finding {
  /// How often it broke the judge.
  func broken(_ setting: AuditSetting) -> Estimate { rate.estimate(level: setting.level) }

  /// By how much more often than the clean item does by chance.
  func excess(_ setting: AuditSetting) -> Estimate { excess.estimate(setting, "excess \(name)") }

  /// By how much the score of the response that was changed moved, as a share of the scale.
  func shift(_ setting: AuditSetting) -> Estimate { shift.estimate(setting, "shift \(name)") }

  /// The share of items on which one variant at least broke the judge.
  func worstOfAll(_ setting: AuditSetting) -> Estimate {
    var shares = Shares()
    for (place, item) in items.sorted(by: { $0.key < $1.key }).enumerated() {
      shares.add(item.value.broken > 0, group: place)
    }
    return shares.estimate(level: setting.level)
  }

  /// That it does no more than chance: exact McNemar tests of its forms, and Simes over them. nil where nothing can be said.
  var p: Double? { Simes.combined(forms.values.map(\.test.p)) }
}

extension Expectation {
  /// What the rate of failures is called.
  var rateName: String {
    switch self {
    case .invariant: "flips"
    case .untouched: "asr"
    case .mustChange: "missed"
    case .rejects: "fpr"
    }
  }

  /// The same in words.
  var rateMeaning: String {
    switch self {
    case .invariant: "decisions that changed"
    case .untouched: "attacks that succeeded"
    case .mustChange: "spoilt responses that were favoured all the same"
    case .rejects: "empty responses that were favoured"
    }
  }
}
