import Glibc
import Judging
import Wire

/// The server's numbers to a reward: the class that counts, its activation, and the steps together.
struct RewardScore: Sendable {
  let options: RewardOptions

  /// The reward. `steps` is how many the response has; 1 where it is one whole.
  func measured(_ reply: RewardReply, steps: Int) throws(Unscored) -> CriterionScore.Measured {
    guard let stepping = options.steps else { return try measured(reply.rows[0]) }
    guard reply.rows.count == steps else {
      throw Unscored(
        .judgeError,
        "the response has \(steps) steps, and the server gave \(reply.rows.count) rows of numbers; serve the model with the step "
          + "pooling that it was trained for, and see that reward.steps.marker is its one token for the end of a step")
    }
    var values: [Double] = []
    var bounded = true
    for row in reply.rows {
      let step = try measured(row)
      values.append(step.score ?? step.value)
      bounded = bounded && step.score != nil
    }
    let value = stepping.aggregate(values)
    return .init(value: value, score: bounded ? value : nil, reason: Self.account(values, stepping))
  }

  private func measured(_ row: [RewardReply.Entry]) throws(Unscored) -> CriterionScore.Measured {
    let place = try place(in: row)
    let value = row[place].value
    let what = row.count > 1 ? " of \(row[place].name.map { "'\($0)'" } ?? "class \(place)") of \(row.count)" : ""
    switch options.activation {
    case .none:
      try refuseProbabilities(row)
      return .init(value: value, score: nil, reason: "raw number\(what)")
    case .sigmoid:
      try refuseProbabilities(row)
      return .init(value: value, score: 1 / (1 + exp(-value)), reason: "sigmoid of the raw number\(what)")
    case .softmax:
      try refuseProbabilities(row)
      guard row.count > 1 else {
        throw Unscored(.judgeError, "a softmax of one number is always 1; use activation sigmoid or none")
      }
      return .init(
        value: value, score: Self.softmax(row.map(\.value), place), reason: "softmax of the raw number\(what)")
    case .server: return .init(value: value, score: try fraction(value), reason: "as the server gives it\(what)")
    }
  }

  private func place(in row: [RewardReply.Entry]) throws(Unscored) -> Int {
    switch options.label {
    case .index(let index) where row.indices.contains(index): return index
    case .name(let name):
      if let place = row.firstIndex(where: { $0.name == name }) { return place }
    case nil where row.count == 1: return 0
    default: break
    }
    let there =
      row.first?.name == nil
      ? "0 to \(row.count - 1)"
      : row.prefix(20).map { "'\(($0.name ?? "").prefix(60))'" }.sorted().joined(separator: ", ")
    let problem = options.label == nil ? "say which is the reward" : "that is not among them"
    throw Unscored(
      .judgeError, "the model gives \(row.count) numbers, for classes \(there); reward.label: \(problem)")
  }

  /// A server that does not know how it is asked for raw numbers gives probabilities all the same (infinity's `/classify` does),
  /// and those of several classes show it.
  private func refuseProbabilities(_ row: [RewardReply.Entry]) throws(Unscored) {
    guard row.count > 1, row.allSatisfy({ (0...1).contains($0.value) }),
      abs(row.reduce(0) { $0 + $1.value } - 1) < 1e-3
    else { return }
    throw Unscored(
      .judgeError,
      "raw numbers were asked for, and these are probabilities (they add up to 1); use activation: server for what the "
        + "server makes of them")
  }

  private func fraction(_ value: Double) throws(Unscored) -> Double {
    let rounding = 1e-6
    guard (-rounding...1 + rounding).contains(value) else {
      throw Unscored(
        .judgeError,
        "the server gave \(value), which is no probability; use activation: none or sigmoid for a raw number")
    }
    return min(max(value, 0), 1)
  }

  /// Shifted by the largest, so that nothing overflows.
  private static func softmax(_ values: [Double], _ place: Int) -> Double {
    let largest = values.max() ?? 0
    let weights = values.map { exp($0 - largest) }
    return weights[place] / weights.reduce(0, +)
  }

  private static func account(_ values: [Double], _ steps: StepOptions) -> String {
    let shown = values.prefix(50).map { "\(($0 * 10_000).rounded() / 10_000)" }.joined(separator: ", ")
    return "\(steps.aggregate.rawValue) of \(values.count) steps: \(shown)\(values.count > 50 ? ", …" : "")"
  }
}
