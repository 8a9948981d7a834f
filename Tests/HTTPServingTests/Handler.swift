import HTTPServing
import Synchronization

/// Answers with what the test says, and knows what became of each request.
final class Handler: RequestHandler {
  private let script: @Sendable (Request) async -> Reply
  private let early: @Sendable (RequestHead) -> Reply?
  let requests = Mutex<[Request]>([])
  let started = Signal()
  let cancelled = Signal()

  init(
    refusing early: @escaping @Sendable (RequestHead) -> Reply? = { _ in nil },
    _ script: @escaping @Sendable (Request) async -> Reply
  ) {
    self.early = early
    self.script = script
  }

  /// Says what was asked.
  static func echo() -> Handler {
    Handler { request in
      let head = request.head
      let query = head.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
      let text = "\(head.method) \(head.path) [\(query)] "
      return Reply(200, headers: [.init("X-Id", head["x-id"] ?? "none")], body: Array(text.utf8) + request.body)
    }
  }

  /// Answers no request before it is cancelled.
  static func hanging() -> Handler {
    Handler { _ in
      let gate = Signal()
      await withTaskCancellationHandler {
        await gate.wait()
      } onCancel: {
        gate.set()
      }
      return Reply(200, body: Array("too late".utf8))
    }
  }

  func refuse(_ head: RequestHead) -> Reply? { early(head) }

  func reply(to request: Request) async -> Reply {
    requests.withLock { $0.append(request) }
    started.set()
    let reply = await script(request)
    if Task.isCancelled { cancelled.set() }
    return reply
  }

  func reply(refusing status: Int, _ message: String) -> Reply { Reply(status, body: Array(message.utf8)) }
}

/// Something that has happened, or not yet.
final class Signal: Sendable {
  private let state = Mutex<(isSet: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func set() {
    let waiting = state.withLock { state in
      state.isSet = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isSet = state.withLock { state in
        if !state.isSet { state.waiting.append(continuation) }
        return state.isSet
      }
      if isSet { continuation.resume() }
    }
  }
}
