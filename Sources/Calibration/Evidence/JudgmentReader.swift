import Glibc
public import JSON

/// Takes verdicts and confidences from a judgment as docs/results.md has it. The same for files and for what is being served, so that a
/// calibration is applied to what it was fitted to.
public struct JudgmentReader: Sendable {
  /// What a verdict is.
  public let rules: EvidenceRules

  /// For labels of these rules.
  public init(_ rules: EvidenceRules) { self.rules = rules }

  /// One for each response with a score, or one for the comparison; empty where the judgment is unscored.
  ///
  /// - Throws: where it is no judgment, or none that such labels could be held against.
  public func evidence(_ judgment: JSONReader) throws(JSONError) -> [Evidence] {
    let status = try judgment.require("status").string()
    guard ["ok", "partial", "unscored"].contains(status) else {
      throw try judgment.require("status").error("'\(status)' is no status; accepted: ok, partial, unscored")
    }
    guard status != "unscored" else { return [] }
    let samples = judgment.value["samples"]?.array?.filter { $0["status"]?.string == "ok" } ?? []
    return rules == .winner ? [try comparison(judgment, samples)] : try scores(judgment, samples)
  }

  // MARK: Responses by themselves

  private func scores(_ judgment: JSONReader, _ samples: [JSONValue]) throws(JSONError) -> [Evidence] {
    guard let scores = judgment["scores"] else {
      throw judgment.error("has no 'scores'; labels of the kind '\(rules.kind.rawValue)' are about scores")
    }
    var evidence: [Evidence] = []
    for (response, reader) in try scores.array().enumerated() where !reader.value.isNull {
      let score = try reader.double()
      let own = samples.filter { $0["response"]?.int.map { $0 == response } ?? true }
      evidence.append(self.evidence(response, score, own))
    }
    return evidence
  }

  private func evidence(_ response: Int, _ score: Double, _ samples: [JSONValue]) -> Evidence {
    func element(_ list: JSONValue?, _ sample: JSONValue) -> JSONValue? {
      let place = sample["response"] == nil ? response : 0
      return list?.array.flatMap { $0.indices.contains(place) ? $0[place] : nil }
    }
    func isLike(_ value: Double) -> Bool {
      switch rules {
      case .score(let within, _): abs(value - score) <= within + 1e-9
      case .pass(let least, _): (value >= least) == (score >= least)
      case .winner: false
      }
    }
    let verdict = if case .pass(let least, _) = rules { score >= least ? 1.0 : 0 } else { score }
    var found = Evidence(response: response, score: score, verdict: verdict)
    let votes = samples.compactMap { element($0["scores"], $0)?.double }
    if votes.count == samples.count, votes.count > 1 {
      found.confidences[.samples] = Double(votes.count(where: isLike)) / Double(votes.count)
    }
    let parts = samples.compactMap { sample in
      element(sample["logprobs"]?["answers"], sample).flatMap { AnswerDistribution($0) }
    }
    if parts.count == samples.count, let answers = AnswerDistribution.mixture(parts) {
      found.confidences[.tokens] = answers.probability(isLike)
      found.confidences[.entropy] = answers.concentration
      found.confidences[.expectation] = expectation(answers, passes: verdict == 1)
    }
    found.confidences[.stated] = Self.stated(samples)
    return found
  }

  /// For pass labels how far up the scale the expected answer lies; for scores how narrow the distribution is, 1 less its standard deviation
  /// over the largest there can be.
  private func expectation(_ answers: AnswerDistribution, passes: Bool) -> Double? {
    switch rules {
    case .score(_, let scale?):
      let half = (scale.range.upperBound - scale.range.lowerBound) / 2
      return answers.deviation.map { 1 - $0 / half }
    case .pass(_, let scale?):
      let length = scale.range.upperBound - scale.range.lowerBound
      let height = answers.mean.map { ($0 - scale.range.lowerBound) / length }
      return height.map { passes ? $0 : 1 - $0 }
    case .score, .pass, .winner: return nil
    }
  }

  // MARK: Responses side by side

  private func comparison(_ judgment: JSONReader, _ samples: [JSONValue]) throws(JSONError) -> Evidence {
    guard judgment.value["winner"] != nil else {
      throw judgment.error(
        "has no 'winner', as it would if its responses had been compared; labels of the kind 'winner' are about that")
    }
    // A tie is null, which to a reader is as if there were nothing.
    let winner = try judgment["winner"].map { (field) throws(JSONError) in try field.int(in: 0...4095) }
    var found = Evidence(response: 0, score: nil, verdict: winner.map(Double.init) ?? Label.tie)
    let votes = samples.compactMap(Self.vote)
    if votes.count == samples.count, votes.count > 1 {
      found.confidences[.samples] = Double(votes.count { $0 == found.verdict }) / Double(votes.count)
    }
    if let isConsistent = judgment.value["position_consistent"]?.bool {
      found.confidences[.order] = isConsistent ? 1 : 0
    }
    addChances(samples, winner, &found)
    addShares(votes, of: judgment, samples, &found)
    found.confidences[.stated] = Self.stated(samples)
    return found
  }

  /// The response that the words of a sample put first.
  private static func vote(_ sample: JSONValue) -> Double? {
    let said = sample["logprobs"]?["said"]?.object != nil ? sample["logprobs"]?["said"] : sample
    if let winner = said?["winner"] { return winner.isNull ? Label.tie : winner.int.map(Double.init) }
    guard let scores = sample["scores"]?.array?.map(\.double), let best = scores.compactMap(\.self).max(),
      !scores.contains(nil)
    else { return nil }
    let first = scores.indices.filter { (scores[$0] ?? -.infinity) >= best - 1e-9 }
    return first.count == 1 ? Double(first[0]) : Label.tie
  }

  /// From log-probabilities: of the answer itself, or of two scores that are read independently of each other.
  private func addChances(_ samples: [JSONValue], _ winner: Int?, _ found: inout Evidence) {
    let answers = samples.compactMap { $0["logprobs"]?["answers"] }
    guard !answers.isEmpty, answers.count == samples.count else { return }
    let chances = answers.compactMap(Self.chances)
    guard chances.count == answers.count else { return }
    found.confidences[.tokens] =
      chances.map { one in winner.map { $0 == 0 ? one.first : one.second } ?? one.tie }.mean
    let first = chances.map { $0.first + $0.tie / 2 }.mean
    found.answers = [chances.map(\.first).mean, chances.map(\.second).mean, chances.map(\.tie).mean]
    found.confidences[.expectation] = winner.map { $0 == 0 ? first : 1 - first } ?? (1 - abs(2 * first - 1))
    found.confidences[.entropy] =
      exp(
        [chances.map(\.first).mean, chances.map(\.second).mean, chances.map(\.tie).mean]
          .map { $0 > 0 ? $0 * log($0) : 0 }.sum)
  }

  /// Without log-probabilities, the shares of the samples' votes stand for the probabilities of the answers.
  private func addShares(_ votes: [Double], of judgment: JSONReader, _ samples: [JSONValue], _ found: inout Evidence) {
    let responses = judgment.value["preference"]?.array?.count ?? 2
    guard found.answers == nil, votes.count == samples.count, votes.count > 1,
      votes.allSatisfy({ $0 == Label.tie || $0 < Double(responses) })
    else { return }
    var shares = [Double](repeating: 0, count: responses + 1)
    for vote in votes { shares[vote == Label.tie ? responses : Int(vote)] += 1 / Double(votes.count) }
    found.answers = shares
  }

  private struct Chances {
    let first, second, tie: Double
  }

  private static func chances(_ answers: JSONValue) -> Chances? {
    if answers.object != nil {
      guard let one = AnswerDistribution(answers) else { return nil }
      return Chances(
        first: one.probability(of: "0"), second: one.probability(of: "1"), tie: one.probability(of: "tie"))
    }
    let each = answers.array?.compactMap { AnswerDistribution($0)?.numbers } ?? []
    guard each.count == 2, answers.array?.count == 2 else { return nil }
    var (first, second) = (0.0, 0.0)
    for left in each[0] {
      for right in each[1] where left.0 != right.0 {
        if left.0 > right.0 { first += left.1 * right.1 } else { second += left.1 * right.1 }
      }
    }
    return Chances(first: first, second: second, tie: max(0, 1 - first - second))
  }

  /// The mean over the samples that state one.
  private static func stated(_ samples: [JSONValue]) -> Double? {
    let stated = samples.compactMap { $0["text"]?.string.flatMap { StatedConfidence.find(in: $0) } }
    return stated.isEmpty ? nil : stated.mean
  }
}
