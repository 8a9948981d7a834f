/// How much two sides that rated the same items agree.
public enum PairAgreement: String, Sendable, CaseIterable {
  /// The share of equal ratings.
  case exact
  /// Cohen's kappa.
  case kappa
  /// Cohen's kappa with quadratic weights, by the distance of values.
  case quadraticKappa = "quadratic_kappa"
  /// Spearman's rho.
  case spearman

  func callAsFunction(_ pair: PairedScores) -> Estimate {
    switch self {
    case .exact:
      Estimate { () throws(Undefined) in
        try require(pair.count, atLeast: 1, "items that both rated")
        return zip(pair.judge, pair.human).map { $0 == $1 ? 1 : 0 }.mean
      }
    case .kappa: .attempt { () throws(CalibrationError) in try pair.kappa() }
    case .quadraticKappa: pair.quadraticKappa
    case .spearman: Estimate.attempt { () throws(CalibrationError) in try pair.spearman() }.with(nil)
    }
  }
}

/// A judge among people: whether it agrees with them as they agree with each other. Each pair of sides counts the same, over the items that
/// both rated.
public struct RaterComparison: Sendable, Hashable {
  /// The mean over pairs of people.
  public let humanHuman: Estimate
  /// The mean over people of their agreement with the judge.
  public let humanJudge: Estimate
  /// ``humanJudge`` less ``humanHuman``: at or above 0 the judge is as good as another person.
  public let difference: Estimate
}

extension Ratings {
  /// Compares `judge`, one rating for each item or nil, with the raters. Intervals by drawing items, where there is a
  /// bootstrap.
  public func compare(
    judge: [Double?], by agreement: PairAgreement, _ bootstrap: Bootstrap?
  ) throws(CalibrationError) -> RaterComparison {
    try requireSameCount(items.count, "items", judge.count, "judge")
    try requireFinite(judge.compactMap(\.self), "judge")
    let groups = items.indices.map(String.init)
    func estimate(_ measure: (Ratings, [Double?]) -> Estimate) -> Estimate {
      .drawn(bootstrap, groups) { rows in measure(self.rows(rows), rows.map { judge[$0] }) }
    }
    return RaterComparison(
      humanHuman: estimate { ratings, _ in ratings.meanAgreement(agreement) },
      humanJudge: estimate { ratings, judge in ratings.meanAgreement(with: judge, agreement) },
      difference: estimate { ratings, judge in
        let (people, other) = (ratings.meanAgreement(agreement), ratings.meanAgreement(with: judge, agreement))
        guard let first = people.number else { return people }
        guard let second = other.number else { return other }
        return .value(second - first)
      })
  }

  func meanAgreement(_ agreement: PairAgreement) -> Estimate {
    guard raters >= 2 else { return .undefined(.tooFew(of: "raters", has: raters, needs: 2)) }
    let pairs = (0..<raters).flatMap { left in ((left + 1)..<raters).map { (left, $0) } }
    return Self.mean(pairs.map { left, right in agreement(Self.shared(items.map { ($0[left], $0[right]) })) })
  }

  func meanAgreement(with judge: [Double?], _ agreement: PairAgreement) -> Estimate {
    guard raters >= 1 else { return .undefined(.tooFew(of: "raters", has: 0, needs: 1)) }
    return Self.mean(
      (0..<raters).map { rater in agreement(Self.shared(zip(judge, items).map { ($0, $1[rater]) })) })
  }

  private static func shared(_ pairs: [(Double?, Double?)]) -> PairedScores {
    let both = pairs.compactMap { left, right in left.flatMap { left in right.map { (left, $0) } } }
    return PairedScores(checked: both.map(\.0), both.map(\.1))
  }

  /// Of those pairs that have an answer; where none has, the reason of the first.
  private static func mean(_ values: [Estimate]) -> Estimate {
    let numbers = values.compactMap(\.number)
    return numbers.isEmpty ? values[0] : .value(numbers.mean)
  }
}
