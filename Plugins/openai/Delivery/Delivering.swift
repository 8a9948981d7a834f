import Judging
import Wire

/// What brings a request to the judge's servers and an answer back: retries, replicas, keys and limits are behind it.
protocol Delivering: Sendable {
  /// Sends until there is an answer with status 200, or no more can be tried before `deadline`. Cancelling the task ends it.
  func deliver(_ letter: Letter, deadline: ContinuousClock.Instant) async throws(DeliveryFailure) -> Delivered
}

/// One logical request, whatever number of attempts it takes.
struct Letter: Sendable, Hashable {
  /// Where a path starts.
  enum Root: Sendable, Hashable {
    /// The base URL, `http://host:8000/v1`.
    case base
    /// The base URL without a last `/v1`: vLLM and SGLang keep `/classify`, `/score` and `/pooling` there.
    case server
  }

  /// Starts with a slash.
  var path: String
  var root: Root = .base
  /// JSON; nil makes it a GET.
  var body: [UInt8]?
  /// One per logical request, and the same in all its attempts, for servers that know what they have done already.
  var idempotencyKey: String?
  /// The trace that the request belongs to.
  var traceParent: TraceParent?
}

/// An answer with status 200; whether it holds what was asked for is the reader's affair.
struct Delivered: Sendable, Hashable {
  var body: [UInt8]
  /// Requests that were made, this one included.
  var attempts: Int
  /// The base URL that answered.
  var server: String
  /// Texts that no message made of the answer may hold: the key that the request carried.
  var secrets: [String] = []
}

/// Why there is no answer, in the words of a judgment.
struct DeliveryFailure: Error, Sendable, Hashable {
  /// The status and what the server said of it, where it answered at all; what the features of a server are told by.
  struct Refusal: Sendable, Hashable {
    var status: Int
    /// The server's own message, bounded and without control characters.
    var message: String
  }

  /// What happened, how often it was tried and what to do.
  var unscored: Unscored
  /// Requests that were made.
  var attempts: Int
  /// The last answer with another status than 200.
  var refusal: Refusal?
}
