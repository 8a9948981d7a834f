import HTTPServing
import Synchronization

/// One request on its way through the front, told of once when it is over: also when its client leaves before the answer is sent.
final class Sighting: Sendable {
  let requestID: String
  let account = Account()
  let trace: TraceContext
  private let head: RequestHead
  private let receivedBytes: Int
  /// The body, where bodies are kept.
  private let body: [UInt8]?
  private let route: String?
  private let settings: Front.Settings
  private let start = ContinuousClock.now

  private struct State {
    var caller = ""
    var isOver = false
  }
  private let state = Mutex(State())

  init(of request: Request, route: String?, _ settings: Front.Settings) {
    head = request.head
    receivedBytes = request.body.count
    requestID = RequestIdentity.id(of: request.head)
    trace = TraceContext(continuing: RequestIdentity.trace(of: request.head))
    self.route = route
    self.settings = settings
    body = settings.keepsBodies ? request.body : nil
  }

  /// The name of the API key.
  var caller: String {
    get { state.withLock { $0.caller } }
    set { state.withLock { $0.caller = newValue } }
  }

  /// One of the methods that are known; a label must not grow with what strangers write.
  private var method: String {
    ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", ""].contains(head.method) ? head.method : "other"
  }

  /// The reply as it is to be sent: what is whole is over now, and what is streamed when its last piece was handed over.
  func watch(_ reply: Reply, _ fault: Fault?) -> Reply {
    switch reply.body {
    case .bytes(let bytes):
      end(reply.status, fault, sentBytes: bytes.count, isWhole: !Task.isCancelled, response: bytes)
      return reply
    case .stream(let produce):
      var reply = reply
      let status = reply.status
      let stream = StreamSighting { [self] sent, isWhole in end(status, fault, sentBytes: sent, isWhole: isWhole) }
      reply.body = .stream { writer in
        defer { stream.end(writer.writtenBytes) }
        try await produce(writer)
        stream.isWhole = true
      }
      return reply
    }
  }

  private func end(_ status: Int, _ fault: Fault?, sentBytes: Int, isWhole: Bool, response: [UInt8]? = nil) {
    let caller = state.withLock { state -> String? in
      defer { state.isOver = true }
      return state.isOver ? nil : state.caller
    }
    guard let caller else { return }
    settings.observe(
      Answered(
        requestID: requestID, method: method, route: route, status: status, fault: fault, caller: caller,
        trace: trace, receivedBytes: receivedBytes, sentBytes: sentBytes,
        took: .now - start, isWhole: isWhole, request: body,
        response: settings.keepsBodies ? response : nil, account: account.entries))
  }
}

/// A stream that is over when its producer ends, or when it is let go without ever having been started.
private final class StreamSighting: Sendable {
  private let state = Mutex((isWhole: false, sent: 0))
  private let over: @Sendable (_ sentBytes: Int, _ isWhole: Bool) -> Void

  init(over: @escaping @Sendable (_ sentBytes: Int, _ isWhole: Bool) -> Void) { self.over = over }

  var isWhole: Bool {
    get { state.withLock { $0.isWhole } }
    set { state.withLock { $0.isWhole = newValue } }
  }

  func end(_ sentBytes: Int) {
    state.withLock { $0.sent = sentBytes }
    over(sentBytes, isWhole)
  }

  deinit {
    let (isWhole, sent) = state.withLock { ($0.isWhole, $0.sent) }
    over(sent, isWhole)
  }
}
