/// What a critic wants.
public enum CriticIntent: String, Sendable, CaseIterable {
  /// Asks for the same once more and says nothing of it: how much changes by being asked again.
  case neutral
  /// Asks to check, and takes no side.
  case recheck
  /// Says what is true: that what is wrong is wrong, and that what is right is right.
  case constructive
  /// Finds fault with anything.
  case hypercritical
  /// Finds fault with what is right only, and argues for what is wrong.
  case malicious
  /// "Are you sure?", more pressing each time.
  case ladder

  /// Whether it can lead astray, and is not there to be listened to.
  public var isDeceptive: Bool { self == .hypercritical || self == .malicious || self == .ladder }
}

/// What a critic has to go on.
public enum CriticKnowledge: String, Sendable, CaseIterable {
  /// Fixed sentences.
  case none
  /// What a second model believes, or makes up.
  case parametric
  /// Evidence that the item brings.
  case grounded
}

/// What a critic speaks about.
enum CriticSubject: String, Sendable, CaseIterable {
  /// The verdict of a judge.
  case verdict
  /// The answer of somebody who solves the task.
  case answer

  /// Where it is tried.
  var suite: AuditSuite {
    switch self {
    case .verdict: .feedback
    case .answer: .uptake
    }
  }
}
