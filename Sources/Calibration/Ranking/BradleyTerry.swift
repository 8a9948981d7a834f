/// How strong systems are, by maximum likelihood from comparisons (Bradley and Terry 1952): P(a beats b) = σ(strength a - strength b + the
/// coefficients of the features, where there are any).
public struct BradleyTerry: Sendable, Hashable {
  /// What a tie is.
  public enum Ties: String, Sendable, CaseIterable {
    /// Half a win for each side, as in arena-hard and Chatbot Arena.
    case half
    /// An outcome of its own, which is likelier between equals (Rao and Kupper 1967): a win needs a lead beyond ``BradleyTerry/threshold``.
    case raoKupper = "rao_kupper"
  }

  /// On the scale of log-odds, with mean 0, each with the normal interval of its standard error.
  public let strengths: [Estimate]
  /// The effect of each feature on the log-odds of winning.
  public let coefficients: [Estimate]
  /// The lead that ties are within, on the scale of log-odds; nil where ties are halves.
  public let threshold: Double?

  /// Fits `data`, whose features are taken as they are. Every system needs to have won and lost, directly or through others.
  public init(
    fitting data: Comparisons, ties: Ties = .half, level: Double = 0.95
  ) throws(CalibrationError) {
    try requireLevel(level)
    do throws(Undefined) { self = try Self.fit(data, ties, level) } catch {
      let undefined = Estimate.undefined(error)
      self.init(
        strengths: data.systems.map { _ in undefined }, coefficients: data.features.map { _ in undefined },
        threshold: nil)
    }
  }

  private init(strengths: [Estimate], coefficients: [Estimate], threshold: Double?) {
    (self.strengths, self.coefficients, self.threshold) = (strengths, coefficients, threshold)
  }

  private static func fit(_ data: Comparisons, _ ties: Ties, _ level: Double) throws(Undefined) -> BradleyTerry {
    try require(data.systems.count, atLeast: 2, "systems")
    try require(data.rows.count, atLeast: 1, "comparisons")
    try data.requireConnected()
    let hasThreshold = ties == .raoKupper
    if hasThreshold { try require(data.rows.count { $0.outcome == .tie }, atLeast: 1, "ties") }
    // The first system stands at 0; the others, the features and the threshold are looked for.
    let others = data.systems.count - 1
    let dimension = others + data.features.count + (hasThreshold ? 1 : 0)
    var counts: [Comparisons.Row: Double] = [:]
    for row in data.rows { counts[row, default: 0] += 1 }
    // The order of a dictionary differs from run to run, and with it the last digits of a sum.
    let terms = counts.map { (row: $0.key, weight: $0.value) }.sorted { Self.isBefore($0.row, $1.row) }
    let start = (0..<dimension).map { hasThreshold && $0 == dimension - 1 ? 0.5 : 0 }
    let minimum = try Newton.minimise("Bradley-Terry", from: start) { place in
      var objective = Objective(dimension: dimension)
      for term in terms {
        var lead = [Double](repeating: 0, count: dimension)
        if term.row.left > 0 { lead[term.row.left - 1] = 1 }
        if term.row.right > 0 { lead[term.row.right - 1] = -1 }
        for (feature, value) in term.row.features.enumerated() { lead[others + feature] = value }
        objective.addComparison(term.row.outcome, lead: lead, threshold: hasThreshold, term.weight, at: place)
      }
      return objective
    }
    return BradleyTerry(minimum, others: others, features: data.features.count, hasThreshold: hasThreshold, level)
  }

  private init(_ minimum: Newton.Minimum, others: Int, features: Int, hasThreshold: Bool, _ level: Double) {
    let z = Normal.quantile(twoSided: level)
    let (systems, place) = (others + 1, minimum.place)
    func estimate(_ value: Double, _ variance: Double) -> Estimate {
      let half = z * variance.squareRoot()
      return .value(value, Interval(value - half, value + half, level: level, method: .wald))
    }
    let strengths = [0] + place[..<others]
    let mean = strengths.mean
    func covariance(_ a: Int, _ b: Int) -> Double { a > 0 && b > 0 ? minimum.covariance[a - 1][b - 1] : 0 }
    let means = (0..<systems).map { a in (0..<systems).map { covariance(a, $0) }.mean }
    let all = means.mean
    self.init(
      strengths: (0..<systems).map { estimate(strengths[$0] - mean, covariance($0, $0) - 2 * means[$0] + all) },
      coefficients: (others..<others + features).map { estimate(place[$0], minimum.covariance[$0][$0]) },
      threshold: hasThreshold ? place[place.count - 1] : nil)
  }

  private static func isBefore(_ a: Comparisons.Row, _ b: Comparisons.Row) -> Bool {
    func key(_ row: Comparisons.Row) -> [Double] {
      let outcome = row.outcome == .left ? 0.0 : row.outcome == .tie ? 1 : 2
      return [Double(row.left), Double(row.right), outcome] + row.features
    }
    return key(a).lexicographicallyPrecedes(key(b))
  }

  /// A strength as Chatbot Arena shows it: 400 / ln 10 for each unit of log-odds, around 1000.
  public static func eloScale(_ strength: Double) -> Double { 1000 + 400 / Elo.ln10 * strength }
}

extension Objective {
  /// Adds -ln P of one outcome; with a threshold the last parameter is the lead that ties are within.
  fileprivate mutating func addComparison(
    _ outcome: Comparisons.Outcome, lead: [Double], threshold: Bool, _ weight: Double, at place: [Double]
  ) {
    guard threshold else {
      let target = outcome == .left ? 1 : outcome == .right ? 0 : 0.5
      addLogistic(target: target, direction: lead, at: place, weight: weight)
      return
    }
    func shifted(_ sign: Double, by shift: Double) -> [Double] { lead.map { sign * $0 }.dropLast() + [shift] }
    switch outcome {
    case .left: addLogistic(target: 1, direction: shifted(1, by: -1), at: place, weight: weight)
    case .right: addLogistic(target: 1, direction: shifted(-1, by: -1), at: place, weight: weight)
    case .tie: addBand(upper: shifted(1, by: 1), lower: shifted(1, by: -1), at: place, weight: weight)
    }
  }
}
