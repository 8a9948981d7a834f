import HTTPServing
import Synchronization

/// Whether the server takes requests, and with what: the front changes with each reload, the server in front of it stays.
final class Standing: RequestHandler {
  private let state: Mutex<(front: Front, isStopping: Bool)>

  init() { state = Mutex((Front([]), false)) }

  /// From now on, requests are answered by `front`.
  func replace(with front: Front) { state.withLock { $0.front = front } }

  /// From now on, nothing more is judged. What only reads goes on: who asks how the server is should be told.
  func stop() { state.withLock { $0.isStopping = true } }

  var isStopping: Bool { state.withLock { $0.isStopping } }

  func refuse(_ head: RequestHead) -> Reply? {
    let (front, isStopping) = state.withLock { $0 }
    if let reply = front.refuse(head) { return reply }
    guard isStopping, ["POST", "PUT"].contains(head.method) else { return nil }
    var reply = front.reply(refusing: 503, "the server is stopping; try again elsewhere or later")
    reply.headers.append(.init("Connection", "close"))
    return reply
  }

  func reply(to request: Request) async -> Reply { await state.withLock({ $0.front }).reply(to: request) }

  func reply(refusing status: Int, _ message: String) -> Reply {
    state.withLock { $0.front }.reply(refusing: status, message)
  }
}
