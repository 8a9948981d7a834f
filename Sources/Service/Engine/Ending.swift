import Wire

/// Why somebody gets no answer who waited for one.
enum Ending: Sendable, Hashable {
  /// The caller's deadline passed.
  case deadline
  /// The client is gone.
  case left
  /// The server does not go on.
  case stopping

  /// How far an item had got.
  enum Stage: String, Sendable, Hashable {
    case waiting = "waited for its turn"
    case judging = "was being judged"
  }

  /// What is said of an item that had got so far and not further.
  func unscored(_ stage: Stage) -> Unscored {
    switch self {
    case .deadline: Unscored(.timeout, "the time of the request was up while the item \(stage.rawValue)")
    case .left: Unscored(.cancelled, "the client left while the item \(stage.rawValue)")
    case .stopping: Unscored(.cancelled, "the server was stopped while the item \(stage.rawValue)")
    }
  }

  /// What is said of a part of a judgment (a call, the decoding of a picture) that was given up for this reason.
  private func unscored(givenUp part: Unscored) -> Unscored {
    guard part.reason == .cancelled else { return part }
    let (reason, why) =
      switch self {
      case .deadline: (UnscoredReason.timeout, "the time of the request was up")
      case .left: (.cancelled, "the client left")
      case .stopping: (.cancelled, "the server was stopped")
      }
    return Unscored(reason, "\(why): \(part.message)", spent: part.spent)
  }

  /// A judgment whose work was given up, with the reason in place of `cancelled`. What was finished before stays.
  func applied(to judgment: Judgment) -> Judgment {
    var judgment = judgment
    judgment.unscored = judgment.unscored.map { .init(response: $0.response, unscored(givenUp: $0.unscored)) }
    for index in judgment.samples.indices {
      judgment.samples[index].outcome = judgment.samples[index].outcome.mapError(unscored(givenUp:))
    }
    judgment.criteria = judgment.criteria.map { criterion in
      CriterionJudgment(
        name: criterion.name, outcomes: criterion.outcomes.map { $0.mapError(unscored(givenUp:)) })
    }
    return judgment
  }
}
