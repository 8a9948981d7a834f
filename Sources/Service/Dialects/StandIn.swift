import Configuration
import JSON
import Rubrics
import Wire

/// The policy of a route at work: what its clients get for a sample that has no score.
struct StandIn: Sendable {
  let policy: RouteSettings.FailurePolicy
  /// Of other requests.
  let groups: GroupMemory

  /// A number for every outcome, or the fault that the whole request is answered with: a client that can be told of a failure
  /// only by an HTTP error loses the request's other scores with it.
  func rewards(_ outcomes: [Outcome], on scale: Scale, for caller: Caller) throws(Fault) -> [Reward] {
    // Two keys, and two runs that train on the same prompts, are strangers to each other.
    let owner = "\(caller.name)\n\(caller.run ?? "")\n"
    if policy == .groupMean { remember(outcomes, owner) }
    var rewards: [Reward] = []
    for outcome in outcomes {
      switch outcome.result {
      case .success(let (score, verdicts)):
        rewards.append(Reward(number: score, fraction: scale.limitedFraction(of: score), verdicts: verdicts))
      case .failure(let unscored):
        guard let number = number(for: outcome, among: outcomes, owner) else { throw fault(outcomes) }
        rewards.append(
          Reward(
            number: number, fraction: scale.limitedFraction(of: number), verdicts: 0, unscored: unscored.reason))
      }
    }
    return rewards
  }

  /// nil: there is nothing to put in the place of the score.
  private func number(for outcome: Outcome, among all: [Outcome], _ owner: String) -> Double? {
    switch policy {
    case .httpError: return nil
    case .neutral(let number): return number
    case .groupMean:
      guard let group = outcome.sample.group else { return nil }
      return all.filter { $0.sample.group == group }.compactMap(\.score).mean ?? groups.mean(of: owner + group)
    }
  }

  private func remember(_ outcomes: [Outcome], _ owner: String) {
    for outcome in outcomes {
      guard let score = outcome.score, let group = outcome.sample.group, let item = try? outcome.sample.item.get()
      else { continue }
      groups.add(score, of: item.id, to: owner + group)
    }
  }

  /// A failure that asking again cannot mend goes before the others: as long as it is there, the request will fail.
  private func fault(_ outcomes: [Outcome]) -> Fault {
    let failed = outcomes.compactMap { outcome in outcome.unscored.map { (outcome.sample.path, $0) } }
    let (path, unscored) = failed.first { !$0.1.reason.isRetryable } ?? failed[0]
    let share = outcomes.count == 1 ? "there is no score" : "\(failed.count) of \(outcomes.count) have no score"
    var seen: Set<UnscoredReason> = []
    return Fault(
      unscored.reason.faultCode, "\(share): \(unscored.reason.rawValue): \(unscored.message)", path: path.description,
      retryAfterSeconds: policy == .groupMean || unscored.reason == .overloaded ? 1 : nil,
      unscored: failed.map(\.1.reason).filter { seen.insert($0).inserted })
  }
}

extension UnscoredReason {
  /// The fault, and with it the HTTP status, that says the same of a whole request. Only what is wrong with the request itself is
  /// one of the client's: there are clients that give up at any status 4xx, and ask again at others.
  var faultCode: Fault.Code {
    switch self {
    case .invalidInput: .invalidRequest
    case .timeout: .timeout
    case .overloaded: .overloaded
    case .unparsed, .truncated, .refused, .outOfRange, .wrongCount, .judgeError, .cancelled: .unscored
    }
  }
}
