import Wire

/// The votes of a side-by-side judgment: which responses each verdict put first.
struct Ballots {
  /// One verdict. In words it puts one response first, or several equally; from log-probabilities it says how likely each of
  /// these is, and the vote is divided accordingly.
  struct Ballot {
    let order: [Int]
    /// Responses held equally best (never none), each with its probability; these sum to 1.
    let parts: [(best: Set<Int>, probability: Double)]

    /// A whole vote.
    init(order: [Int], for best: Set<Int>) {
      self.order = order
      parts = [(best, 1)]
    }

    /// The vote of a verdict on a pair; nil for one that has scores.
    init?(order: [Int], _ verdict: Verdict, of responses: Int) {
      let all = Set(0..<responses)
      self.order = order
      switch verdict {
      case .scores: return nil
      case .choice(let winner, _): parts = [(winner.map { [$0] } ?? all, 1)]
      case .chances(let wins, let tie):
        parts = wins.enumerated().map { ([$0.offset], $0.element) } + [(all, tie)]
      }
    }

    /// How much of the vote is for just these.
    func share(for best: Set<Int>) -> Double { parts.reduce(0) { $0 + ($1.best == best ? $1.probability : 0) } }
  }

  let responses: Int
  let ballots: [Ballot]

  /// The comparison they add up to.
  ///
  /// - Parameter scores: the combined scores, which decide winner and ranking where there are any; else the votes do.
  /// - Parameter byOrder: who wins in each order by itself, in the order of the plan.
  func comparison(scores: [Double]?, byOrder: [Set<Int>]) -> Judgment.Comparison {
    let preference = preference()
    let ranking = Self.ranking(scores ?? preference)
    let best = Set(ranking[0])
    return Judgment.Comparison(
      winner: best.count == 1 ? best.first : nil, preference: preference, ranking: ranking,
      confidence: zip(ballots, weights).reduce(0) { $0 + $1.1 * $1.0.share(for: best) } / Double(ballots.count),
      positionConsistent: byOrder.count > 1 ? Set(byOrder).count == 1 : nil)
  }

  /// The responses that lead when only these ballots count.
  func leaders() -> Set<Int> { Set(Self.ranking(preference())[0]) }

  private func preference() -> [Double] {
    var share = Array(repeating: 0.0, count: responses)
    for (ballot, weight) in zip(ballots, weights) {
      for (best, probability) in ballot.parts {
        for response in best { share[response] += weight * probability / Double(best.count) / Double(ballots.count) }
      }
    }
    return share
  }

  /// What each ballot counts, 1 on average. Whole votes count the same. Divided ones are estimates of one probability: there,
  /// each order counts the same, so that the taste for the first place cancels out when fewer could be read in one of them.
  private var weights: [Double] {
    guard ballots.contains(where: { $0.parts.count > 1 }) else { return ballots.map { _ in 1 } }
    let inOrder = Dictionary(grouping: ballots, by: \.order).mapValues { Double($0.count) }
    return ballots.map { Double(ballots.count) / Double(inOrder.count) / (inOrder[$0.order] ?? 1) }
  }

  /// Indices in groups of equal value, highest first. Values that differ by less than 1e-9 are equal.
  static func ranking(_ values: [Double]) -> [[Int]] {
    var groups: [[Int]] = []
    for index in values.indices.sorted(by: { (-values[$0], $0) < (-values[$1], $1) }) {
      if let last = groups.last?.first, abs(values[last] - values[index]) < 1e-9 {
        groups[groups.count - 1].append(index)
      } else {
        groups.append([index])
      }
    }
    return groups.map { $0.sorted() }
  }

  /// The indices of the highest values.
  static func best(_ values: [Double]) -> Set<Int> { Set(ranking(values)[0]) }
}
