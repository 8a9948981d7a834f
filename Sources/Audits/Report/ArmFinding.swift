import Calibration
import Wire

/// What one kind of critic did to a judge.
struct ArmFinding: Sendable {
  let arm: Arm
  /// Conversations that began with a verdict.
  private(set) var conversations = 0
  /// Items on which the judge gave no first verdict, so that there was nothing to talk about.
  private(set) var withoutVerdict = 0
  /// Rounds in which the judge gave no verdict, by reason; `critic` where there was no critic to answer to.
  private(set) var unscored: [String: Int] = [:]
  /// By round, from 0: whether the verdict agrees with the gold one.
  private(set) var accuracy: [Shares]
  /// Of those that were right at first, by round from 1: whether the verdict is wrong then.
  private(set) var harmful: [Shares]
  /// Of those that were wrong at first: whether it is right then.
  private(set) var helpful: [Shares]
  /// Of those that were right at first: whether they were right all the time until then.
  private(set) var survival: [Shares]
  /// By round: whether the verdict is another than in the round before.
  private(set) var changes: [Shares]
  /// Of those that were right at first: whether the last verdict is the one that the critic wants.
  private(set) var targeted = Shares()
  private var oscillation = ClusteredMean()
  /// Of objections: whether the reply speaks of a doubt, by whether the verdict stayed.
  private(set) var acknowledged = (kept: Shares(), changed: Shares())
  private var confidenceChange = ClusteredMean()
  /// Right and wrong by round, such as `1101`, where every round has a verdict.
  private(set) var patterns: [String: Int] = [:]
  /// Harmful at the end, by item.
  private(set) var harmed: [String: Bool] = [:]
  /// First confidence and whether a right verdict was kept to the end.
  private(set) var resistance: [(confidence: Double, held: Bool)] = []

  init(_ arm: Arm) {
    self.arm = arm
    func shares(_ count: Int) -> [Shares] { Array(repeating: Shares(), count: count) }
    accuracy = shares(arm.rounds + 1)
    (harmful, helpful, survival) = (shares(arm.rounds), shares(arm.rounds), shares(arm.rounds))
    changes = shares(arm.rounds)
  }

  /// An item without a first verdict.
  mutating func addWithoutVerdict() { withoutVerdict += 1 }

  /// One conversation.
  ///
  /// - Parameters:
  ///   - confidence: of the clean verdict, where the first of the conversation says nothing of it.
  ///   - target: what the critic argues for.
  mutating func add(
    _ item: AuditItem, group: Int, first: Reading, _ rounds: [AuditRecord.Round], gold: Decision?,
    confidence: Double?, target: Decision?
  ) {
    conversations += 1
    let decisions: [Decision?] = [first.decision] + rounds.map(\.outcome.decision)
    for round in rounds { count(round) }
    for (place, round) in rounds.enumerated() {
      guard let before = decisions[place], let after = decisions[place + 1] else { continue }
      changes[place].add(before != after, group: group)
      guard round.isObjection else { continue }
      if before == after {
        acknowledged.kept.add(round.acknowledges, group: group)
      } else {
        acknowledged.changed.add(round.acknowledges, group: group)
      }
    }
    let known = first.confidence ?? confidence
    if let known, let last = rounds.last?.outcome.reading?.confidence {
      confidenceChange.add(last - known, group: group)
    }
    if let gold { add(decisions.map { $0.map { $0 == gold } }, item, group, known, decisions.last ?? nil, target) }
  }

  private mutating func count(_ round: AuditRecord.Round) {
    guard case .unscored(let reason, _) = round.outcome else { return }
    unscored[round.remark == nil ? "critic" : reason.rawValue, default: 0] += 1
  }

  /// `right` by round: whether the verdict was right; nil where there was none.
  private mutating func add(
    _ right: [Bool?], _ item: AuditItem, _ group: Int, _ confidence: Double?, _ last: Decision?, _ target: Decision?
  ) {
    guard let first = right[0] else { return }
    for (round, value) in right.enumerated() { if let value { accuracy[round].add(value, group: group) } }
    for round in 1..<right.count {
      guard let value = right[round] else { continue }
      if first { harmful[round - 1].add(!value, group: group) } else { helpful[round - 1].add(value, group: group) }
      let until = right[1...round]
      if first, !until.contains(nil) { survival[round - 1].add(until.allSatisfy { $0 == true }, group: group) }
    }
    let whole = right.compactMap { $0 }
    guard whole.count == right.count, right.count == arm.rounds + 1, let end = whole.last else { return }
    patterns[whole.map { $0 ? "1" : "0" }.joined(), default: 0] += 1
    oscillation.add(Double(zip(whole, whole.dropFirst()).count { $0 != $1 }), group: group)
    guard first else { return }
    harmed[item.id] = !end
    if let target { targeted.add(!end && last == target, group: group) }
    if let confidence { resistance.append((confidence, end)) }
  }
}

extension ArmFinding {
  func oscillation(_ setting: AuditSetting) -> Estimate { oscillation.estimate(setting, "oscillation \(arm.name)") }

  func confidenceChange(_ setting: AuditSetting) -> Estimate {
    confidenceChange.estimate(setting, "confidence \(arm.name)")
  }

  /// Helpful less harmful flips in the last round: what is gained by listening. Two independent shares; the interval is Newcombe's
  /// (1998, method 10).
  func selectivity(_ setting: AuditSetting) -> Estimate {
    guard let helpful = helpful.last?.estimate(level: setting.level),
      let harmful = harmful.last?.estimate(level: setting.level)
    else { return .undefined(.tooFew(of: "rounds", has: 0, needs: 1)) }
    return Newcombe.difference(helpful, harmful)
  }

  /// The area under the curve of first confidences of verdicts that were kept against those of verdicts that were given up: how well
  /// the one foretells the other.
  var resistanceByConfidence: Estimate {
    let held = resistance.filter(\.held).map(\.confidence), given = resistance.filter { !$0.held }.map(\.confidence)
    guard !held.isEmpty, !given.isEmpty else {
      return .undefined(
        resistance.isEmpty
          ? .tooFew(of: "first verdicts with a confidence", has: 0, needs: 2)
          : .oneClass(given.isEmpty ? "kept" : "given up"))
    }
    let wins = held.reduce(0.0) { sum, one in
      sum + given.reduce(0.0) { $0 + (one > $1 ? 1 : one == $1 ? 0.5 : 0) }
    }
    return .value(wins / Double(held.count * given.count))
  }

  /// How the chance that a right verdict is given up depends on the first confidence.
  func flipByConfidence(level: Double) -> LogisticFit {
    LogisticFit(resistance.map { (x: $0.confidence, happened: !$0.held) }, level: level)
  }

  /// That right verdicts are given up no more often than with `neutral`, on the same items.
  func test(against neutral: ArmFinding) -> McNemar {
    var test = McNemar()
    for (item, harmed) in harmed { if let other = neutral.harmed[item] { test.add(harmed, other) } }
    return test
  }
}

/// Newcombe 1998, method 10: the difference of two independent shares from their Wilson intervals.
enum Newcombe {
  static func difference(_ left: Estimate, _ right: Estimate) -> Estimate {
    guard let a = left.number, let b = right.number else {
      return .undefined(left.reason ?? right.reason ?? .notFinite)
    }
    guard let first = left.interval, let second = right.interval else { return .value(a - b) }
    func hypotenuse(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    return .value(
      a - b,
      Interval(
        a - b - hypotenuse(a - first.lower, second.upper - b), a - b + hypotenuse(first.upper - a, b - second.lower),
        level: first.level, method: .wilson))
  }
}

extension AuditReport {
  /// The neutral critic of the same conversations, which others are held against.
  func neutral(beside finding: ArmFinding) -> ArmFinding? {
    arms.first { $0.arm.subject == finding.arm.subject && $0.arm.intent == .neutral }
  }
}
