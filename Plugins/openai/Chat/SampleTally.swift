import Judging
import Wire

/// Which samples of a call are there, which are to be asked for next, and what it has cost so far. Makes no request itself.
struct SampleTally {
  /// Samples that follow one another and are asked for in one request.
  struct Batch: Sendable, Hashable {
    let first: Int
    let count: Int
  }

  /// Replies to a batch with what they cost: as many as it has samples, or fewer, but not none.
  typealias Answer = Result<(replies: [JudgeReply], usage: Usage), Failure>

  /// Why a batch was not answered.
  struct Failure: Error, Sendable {
    /// With what it has cost.
    let unscored: Unscored
    /// What the server said, where it answered with another status than 200.
    let refusal: DeliveryFailure.Refusal?

    init(_ unscored: Unscored) {
      self.unscored = unscored
      refusal = nil
    }

    init(_ failure: DeliveryFailure) {
      var spent = failure.unscored.spent
      spent.requests = failure.attempts
      unscored = Unscored(failure.unscored.reason, failure.unscored.message, spent: spent)
      refusal = failure.refusal
    }
  }

  private var replies: [JudgeReply?]
  private var spent = Usage()
  /// The most samples of one request.
  private var limit: Int
  /// Whether it is to be found out if single requests work where one for several did not.
  private var isTrial = false
  /// Why the call fails, with all that it has cost.
  private(set) var failure: Unscored?

  /// A call for `count` samples, up to `limit` of them in one request.
  init(count: Int, limit: Int) {
    replies = Array(repeating: nil, count: max(1, count))
    self.limit = max(1, limit)
  }

  var isComplete: Bool { replies.allSatisfy { $0 != nil } }

  /// The first reply with the others in `more`; what all cost is on the first. Complete tallies only.
  var reply: JudgeReply {
    var all = replies.compactMap { $0 }
    var first = all.removeFirst()
    first.usage = spent
    first.more = all
    return first
  }

  /// What is missing, in order; one sample alone while it is not known whether single requests work.
  func nextBatches() -> [Batch] {
    var batches: [Batch] = []
    for sample in replies.indices where replies[sample] == nil {
      if let last = batches.last, last.first + last.count == sample, last.count < limit {
        batches[batches.count - 1] = Batch(first: last.first, count: last.count + 1)
      } else {
        batches.append(Batch(first: sample, count: 1))
      }
    }
    return isTrial ? Array(batches.prefix(1)) : batches
  }

  /// Takes the answers to `batches`. Returns the most samples that one request of this judge has been found to give, where that
  /// was found out.
  mutating func take(_ answers: [Answer], for batches: [Batch]) -> Int? {
    var learned = isTrial ? 1 : nil
    var failures: [Unscored] = []
    var isRefused = false
    var isUnclear = false
    for (batch, answer) in zip(batches, answers) {
      switch answer {
      case .success(let (replies, usage)):
        spent = spent + usage
        for (place, reply) in replies.prefix(batch.count).enumerated() { self.replies[batch.first + place] = reply }
        if replies.count < batch.count { learned = min(learned ?? .max, max(1, replies.count)) }
      case .failure(let failure):
        spent = spent + failure.unscored.spent
        switch failure.refusalOfSeveral(in: batch) {
        case .always: learned = 1
        case .thisCall: isRefused = true
        case .unclear: (isRefused, isUnclear) = (true, true)
        case nil: failures.append(failure.unscored)
        }
      }
    }
    isTrial = isUnclear && learned == nil
    limit = isRefused ? 1 : min(limit, learned ?? limit)
    // Those that were cancelled were cancelled because of another.
    if let first = failures.first(where: { $0.reason != .cancelled }) ?? failures.first {
      failure = Unscored(first.reason, first.message, spent: spent)
      return nil
    }
    return learned
  }
}

extension SampleTally.Failure {
  /// How a server may mean it when it refuses a request for several samples. They can then still be had one by one.
  enum SeveralRefused { case always, thisCall, unclear }

  /// nil where it is a failure like any other.
  func refusalOfSeveral(in batch: SampleTally.Batch) -> SeveralRefused? {
    guard batch.count > 1, let refusal else { return nil }
    let message = refusal.message.lowercased()
    // Greedy sampling has one reply; that says nothing of calls that are not greedy.
    if Self.words.contains(where: message.contains) { return message.contains("greedy") ? .thisCall : .always }
    return [400, 422, 501].contains(refusal.status) ? .unclear : nil
  }

  /// llama.cpp says it with status 500, vLLM with 400, others with 422.
  private static let words = [
    "completion choice", "multiple choices", "multiple completions", "number of choices", "'n'", "\"n\"", "`n`",
    "n must be", "n > 1", "n>1", "n=1", "n = 1", "parameter n",
  ]
}
