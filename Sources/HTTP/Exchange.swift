/// One request on its way, from `send` until its continuation is resumed.
///
/// Made by the caller's task and handed to the event thread, which alone touches it from then on.
final class Exchange: @unchecked Sendable {
  // @unchecked: the hand-over is through the lock of the mailbox, which also guards `handOver`.

  typealias Continuation = CheckedContinuation<Result<HTTPResponse, HTTPFailure>, Never>

  /// What the mailbox knows of it.
  enum HandOver { case notYet, cancelledBefore, done }
  var handOver = HandOver.notYet

  private(set) var request: HTTPRequest
  /// In ns of the monotonic clock.
  let begun: UInt64
  private var continuation: Continuation?

  private(set) var phase = Phase.waiting
  var route: Route?
  var carrier: Carrier?
  var answer: IncomingAnswer
  /// When something has to be done about it at the latest, and its place among the deadlines.
  var deadline: UInt64 = .max
  var deadlinePlace: Int?

  enum Phase {
    /// For its turn.
    case waiting
    /// libcurl looks up the host, connects and negotiates TLS.
    case connecting(since: UInt64)
    /// The request goes out, or has.
    case requested(since: UInt64)
    /// The answer has begun.
    case answering
    case over
  }

  init(_ request: HTTPRequest, maxHeaderBytes: Int) {
    self.request = request
    begun = monotonicNanoseconds()
    answer = IncomingAnswer(maxHeaderBytes: maxHeaderBytes, maxBodyBytes: request.maxResponseBytes)
  }

  /// Before the mailbox gets it.
  func expect(_ continuation: Continuation) { self.continuation = continuation }

  var isOver: Bool {
    if case .over = phase { true } else { false }
  }

  var isWaiting: Bool {
    if case .waiting = phase { true } else { false }
  }

  func enter(_ phase: Phase) { self.phase = phase }

  /// Ends it, the first time; nothing happens afterwards.
  func finish(_ result: Result<HTTPResponse, HTTPFailure>) {
    phase = .over
    request.body = []
    continuation?.resume(returning: result)
    continuation = nil
  }

  /// When something has to be done about it, as things stand.
  var nextDeadline: UInt64 {
    let timeouts = request.timeouts
    let total = begun.adding(milliseconds: timeouts.totalMilliseconds)
    switch phase {
    case .waiting, .answering, .over:
      return total
    case .connecting(let since):
      return min(total, since.adding(milliseconds: timeouts.connectMilliseconds))
    case .requested(let since):
      guard let firstByte = timeouts.firstByteMilliseconds else { return total }
      return min(total, since.adding(milliseconds: firstByte))
    }
  }
}
