public import JSON

/// What a measure says about some data: a number, or why there is none. Never NaN, and never 0 for want of an answer.
public enum Estimate: Sendable, Hashable {
  /// A finite number, with its interval where one was asked for and can be given.
  case value(Double, Interval?)
  case undefined(Undefined)

  /// A number without an interval.
  public static func value(_ number: Double) -> Estimate { .value(number, nil) }

  /// What `body` returns, or the reason that it throws. A result that is not finite is an overflow, and undefined.
  init(_ body: () throws(Undefined) -> Double) {
    do throws(Undefined) {
      let number = try body()
      self = number.isFinite ? .value(number, nil) : .undefined(.notFinite)
    } catch {
      self = .undefined(error)
    }
  }

  /// The number; nil where it is undefined.
  public var number: Double? { if case .value(let number, _) = self { number } else { nil } }

  /// The interval; nil where there is none.
  public var interval: Interval? { if case .value(_, let interval) = self { interval } else { nil } }

  /// Why there is no number; nil where there is one.
  public var reason: Undefined? { if case .undefined(let reason) = self { reason } else { nil } }

  /// The same number with `interval` in place of the one it had.
  public func with(_ interval: Interval?) -> Estimate {
    if case .value(let number, _) = self { .value(number, interval) } else { self }
  }

  /// `{"value": 0.8, "interval": {…}}`, or `{"value": null, "reason": "…"}`.
  public var json: JSONValue {
    switch self {
    case .value(let number, nil): ["value": .number(number)]
    case .value(let number, let interval?): ["value": .number(number), "interval": interval.json]
    case .undefined(let reason): ["value": nil, "reason": .string(reason.description)]
    }
  }
}

/// A confidence interval of a number.
public struct Interval: Sendable, Hashable {
  /// Never above `upper`.
  public let lower: Double
  /// Never below `lower`.
  public let upper: Double
  /// The share of repetitions in which such an interval covers the truth, above 0 and below 1.
  public let level: Double
  /// How it was made.
  public let method: Method

  /// How intervals are made; the raw value is the word in results.
  public enum Method: String, Sendable, CaseIterable {
    /// Of a share: Wilson 1927, without continuity correction.
    case wilson
    /// Of a share: Clopper and Pearson 1934; covers at least as often as it says.
    case clopperPearson = "clopper_pearson"
    /// Of a correlation: the normal interval of its inverse hyperbolic tangent.
    case fisherZ = "fisher_z"
    /// Of an intraclass correlation: from quantiles of F, McGraw and Wong 1996.
    case fDistribution = "f_distribution"
    /// Quantiles of the bootstrap distribution.
    case percentile
    /// Bias-corrected and accelerated bootstrap, Efron 1987.
    case bca
    /// Estimate and standard error under a normal distribution.
    case wald
    /// Of a corrected share: Lang and Reiczigel 2014.
    case langReiczigel = "lang_reiczigel"
    /// Prediction-powered inference, Angelopoulos et al. 2023.
    case predictionPowered = "prediction_powered"
  }

  package init(_ lower: Double, _ upper: Double, level: Double, method: Method) {
    (self.lower, self.upper, self.level, self.method) = (lower, upper, level, method)
  }

  /// Half the distance between its ends.
  public var halfWidth: Double { (upper - lower) / 2 }

  /// `{"lower": …, "upper": …, "level": 0.95, "method": "wilson"}`.
  public var json: JSONValue {
    [
      "lower": .number(lower), "upper": .number(upper), "level": .number(level), "method": .string(method.rawValue),
    ]
  }
}
