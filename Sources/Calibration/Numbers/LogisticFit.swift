import Glibc
package import JSON

/// How the chance of something depends on one number: P = 1 / (1 + e^-(a + bx)), by maximum likelihood, with Wald's interval for b.
package struct LogisticFit: Sendable, Hashable {
  /// The log-odds at 0.
  package let intercept: Estimate
  /// By how much the log-odds change from x to x + 1.
  package let slope: Estimate
  /// That the slope is 0, by Wald's test; nil where there is no fit.
  package let p: Double?
  /// Trials.
  package let count: Int

  /// - Parameter level: of the intervals.
  package init(_ trials: [(x: Double, happened: Bool)], level: Double) {
    count = trials.count
    do throws(Undefined) {
      let fit = try Self.fit(trials)
      func estimate(_ at: Int) -> (Estimate, z: Double) {
        let error = fit.covariance[at][at].squareRoot()
        let half = Normal.quantile(twoSided: level) * error
        let value = fit.place[at]
        return (.value(value, Interval(value - half, value + half, level: level, method: .wald)), value / error)
      }
      let (slope, z) = estimate(0)
      (self.slope, intercept) = (slope, estimate(1).0)
      p = erfc(abs(z) * 0.5.squareRoot())
    } catch {
      (intercept, slope, p) = (.undefined(error), .undefined(error), nil)
    }
  }

  private static func fit(_ trials: [(x: Double, happened: Bool)]) throws(Undefined) -> Newton.Minimum {
    let (yes, no) = (trials.filter(\.happened).map(\.x), trials.filter { !$0.happened }.map(\.x))
    try require(trials.count, atLeast: 2, "trials")
    guard let lowYes = yes.min(), let highYes = yes.max(), let lowNo = no.min(), let highNo = no.max() else {
      throw .oneClass(yes.isEmpty ? "no" : "yes")
    }
    guard min(lowYes, lowNo) < max(highYes, highNo) else { throw .constant("the numbers") }
    // Where a threshold tells them apart the likelihood has no maximum: said here, because equal ends hide it from the search.
    guard lowYes < highNo, lowNo < highYes else { throw .separated("a threshold tells the two outcomes apart") }
    let loss = LogisticLoss(columns: [trials.map(\.x)], hasIntercept: true, targets: trials.map { $0.happened ? 1 : 0 })
    return try Newton.minimise("the logistic fit", from: [0, 0]) { loss(at: $0) }
  }

  /// `{"slope": …, "intercept": …, "p": …, "of": …}`.
  package var json: JSONValue {
    [
      "slope": slope.json, "intercept": intercept.json, "p": p.map { .number($0) } ?? .null, "of": .int(Int64(count)),
    ]
  }
}
