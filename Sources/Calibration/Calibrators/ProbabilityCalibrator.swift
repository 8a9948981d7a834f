import Glibc
public import JSON

/// A monotone map from a judge's probabilities to calibrated ones. Each is a value that can be written and read as JSON.
public enum ProbabilityCalibrator: Sendable, Hashable {
  /// Nothing is changed.
  case identity
  /// σ(logit p / temperature), with a temperature above 0: below 1 sharpens, above 1 flattens (Guo et al. 2017).
  case temperature(Double)
  /// σ(slope · logit p + intercept), with a slope above 0 (Platt 1999, on log-odds).
  case platt(slope: Double, intercept: Double)
  /// σ(a ln p - b ln(1 - p) + c), with a, b ≥ 0 and not both 0 (Kull, Silva Filho and Flach 2017).
  case beta(a: Double, b: Double, c: Double)
  /// Straight lines between knots, constant beyond them.
  case isotonic(Knots)
  /// A constant in each bin.
  case histogram(Steps)

  /// Before a logarithm is taken, probabilities are moved into this range: the shares of a few samples are often exactly 0 or 1, and
  /// one infinite log-odds would decide every fit.
  static let inside = 1e-6...(1 - 1e-6)

  /// The calibrated probability; `probability` is from 0 to 1.
  public func callAsFunction(_ probability: Double) -> Double {
    let p = probability.clamped(to: Self.inside)
    switch self {
    case .identity: return probability
    case .temperature(let temperature): return (p.logit / temperature).sigmoid
    case .platt(let slope, let intercept): return (slope * p.logit + intercept).sigmoid
    case .beta(let a, let b, let c): return (a * log(p) - b * log1p(-p) + c).sigmoid
    case .isotonic(let knots): return knots(probability)
    case .histogram(let steps): return steps(probability)
    }
  }

  /// `{"kind": "platt", "slope": …, "intercept": …}`.
  public var json: JSONValue {
    switch self {
    case .identity: ["kind": "identity"]
    case .temperature(let temperature): ["kind": "temperature", "temperature": .number(temperature)]
    case .platt(let slope, let intercept):
      ["kind": "platt", "slope": .number(slope), "intercept": .number(intercept)]
    case .beta(let a, let b, let c): ["kind": "beta", "a": .number(a), "b": .number(b), "c": .number(c)]
    case .isotonic(let knots): ["kind": "isotonic", "x": knots.x.json, "y": knots.y.json]
    case .histogram(let steps): ["kind": "histogram", "edges": steps.edges.json, "values": steps.values.json]
    }
  }

  /// Reads what ``json`` writes, and refuses what would not be monotone or leave 0 to 1.
  public init(_ reader: JSONReader) throws(JSONError) {
    switch try reader.require("kind").choice(CalibrationMethod.self) {
    case .identity:
      try reader.allowOnly("kind")
      self = .identity
    case .temperature:
      try reader.allowOnly("kind", "temperature")
      self = .temperature(try reader.positive("temperature"))
    case .platt:
      try reader.allowOnly("kind", "slope", "intercept")
      self = .platt(slope: try reader.positive("slope"), intercept: try reader.require("intercept").double())
    case .beta:
      try reader.allowOnly("kind", "a", "b", "c")
      let positive = 0...Double.greatestFiniteMagnitude
      let (a, b) = (try reader.require("a").double(in: positive), try reader.require("b").double(in: positive))
      guard a + b > 0 else { throw reader.error("'a' and 'b' are both 0; one must be above 0") }
      self = .beta(a: a, b: b, c: try reader.require("c").double())
    case .isotonic:
      try reader.allowOnly("kind", "x", "y")
      self = .isotonic(try Knots(reader, x: 0...1, y: 0...1))
    case .histogram:
      try reader.allowOnly("kind", "edges", "values")
      self = .histogram(try Steps(reader))
    }
  }
}

extension JSONReader {
  /// A member that is a number above 0.
  func positive(_ key: String) throws(JSONError) -> Double {
    let member = try require(key)
    let number = try member.double()
    guard number > 0 else { throw member.error("\(number) is out of range; accepted: numbers above 0") }
    return number
  }

  /// A member that is a list of numbers.
  func numbers(_ key: String) throws(JSONError) -> [Double] {
    var numbers: [Double] = []
    for element in try require(key).array() { numbers.append(try element.double()) }
    return numbers
  }
}

extension Array where Element == Double {
  var json: JSONValue { .array(map { .number($0) }) }

  var isAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 <= $1 } }

  var isStrictlyAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
