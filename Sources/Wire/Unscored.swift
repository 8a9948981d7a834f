/// Why there is no score: a closed set, the same word on the wire, in logs and in metrics.
public enum UnscoredReason: String, Sendable, CaseIterable {
  /// The reply holds no verdict of the expected shape.
  case unparsed
  /// The judge ran out of tokens before its verdict.
  case truncated
  /// The judge declined to judge.
  case refused
  /// A verdict off the scale.
  case outOfRange = "out_of_range"
  /// More or fewer verdicts than were asked for.
  case wrongCount = "wrong_count"
  /// The answer, or the decoding of a file, took longer than it may.
  case timeout
  /// The judge, or what is behind it, failed.
  case judgeError = "judge_error"
  /// The item can never be judged as it is: broken media, missing reference, empty response.
  case invalidInput = "invalid_input"
  /// More work was in flight than is accepted.
  case overloaded
  /// Whoever asked no longer wants the answer.
  case cancelled

  /// Whether asking again, unchanged, can help.
  public var isRetryable: Bool {
    switch self {
    case .invalidInput: false
    case .unparsed, .truncated, .refused, .outOfRange, .wrongCount, .timeout, .judgeError, .overloaded, .cancelled: true
    }
  }
}

/// The outcome of whatever could not be scored. Never a number.
public struct Unscored: Error, Sendable, Hashable {
  /// The word that programs count and decide by.
  public let reason: UnscoredReason
  /// What happened and, where it helps, what to do; one sentence.
  public let message: String
  /// What the failure consumed all the same: requests, and tokens of replies that could not be used.
  public let spent: Usage

  /// An outcome without a score; `message` is for people.
  public init(_ reason: UnscoredReason, _ message: String, spent: Usage = Usage()) {
    self.reason = reason
    self.message = message
    self.spent = spent
  }
}
