internal import CMicrohttpd
import Synchronization

/// One request and its reply, between libmicrohttpd's thread, which reads and writes, and the task that answers.
///
/// The way to the first wait is gone on libmicrohttpd's thread: what is answered without a wait changes no thread, and its
/// connection is neither suspended nor watched.
final class Exchange: Sendable {
  private enum Phase {
    case reading
    /// The body is not wanted: what still comes of it is dropped.
    case refused(Reply)
    case answering(Task<Void, Never>?)
    case ready(Reply)
    case sending(BodyWriter?)
    case over
  }

  private struct State {
    var phase = Phase.reading
    var body: [UInt8] = []
    var dropped = 0
    var isGone = false
    /// Whether libmicrohttpd has been told to leave the connection alone until it is resumed.
    var isSuspended = false
  }

  private let server: ServerCore
  private let connection: ConnectionPointer
  private let watchID: Watch.ID
  private let head: RequestHead
  private let state = Mutex(State())

  init(_ server: ServerCore, _ connection: OpaquePointer, _ watchID: Watch.ID, _ head: RequestHead) {
    self.server = server
    self.connection = ConnectionPointer(pointer: connection)
    self.watchID = watchID
    self.head = head
  }

  // MARK: On libmicrohttpd's thread

  /// The head is there. A request that is refused now is answered without its body being read.
  func begin() -> MHD_Result {
    if let reply = earlyRefusal() { return queue(reply) }
    server.watch.expect(watchID, within: server.options.bodyMilliseconds)
    return .YES
  }

  private func earlyRefusal() -> Reply? {
    if let doubt = head.doubtAboutLength { return server.handler.reply(refusing: 400, doubt) }
    if let reply = server.handler.refuse(head) { return reply }
    if let stated = statedBytes, stated > server.options.maxBodyBytes {
      return tooLarge("the body has \(stated) bytes")
    }
    if let encoding = head["content-encoding"], Inflate(encoding: encoding) == nil {
      return server.handler.reply(
        refusing: 415, "the content encoding '\(encoding)' is not known; accepted: gzip, deflate, identity")
    }
    return nil
  }

  private var statedBytes: Int? { head["content-length"].flatMap { Int($0) } }
  /// A client is believed so far when it says how much will come.
  private static let mostBytesReserved = 1 << 20

  private func tooLarge(_ what: String) -> Reply {
    server.handler.reply(refusing: 413, "\(what); max_body_bytes is \(server.options.maxBodyBytes)")
  }

  /// A piece of the body. False ends the connection: a client that goes on sending what is refused is not listened to for ever.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    state.withLock { state in
      switch state.phase {
      case .reading where state.body.count + bytes.count <= server.options.maxBodyBytes:
        if state.body.isEmpty { state.body.reserveCapacity(min(statedBytes ?? 0, Self.mostBytesReserved)) }
        state.body += bytes
        return true
      case .reading:
        state.body = []
        state.phase = .refused(tooLarge("the body is too large"))
        return true
      case .refused:
        state.dropped += bytes.count
        return state.dropped <= server.options.maxBodyBytes
      case .answering, .ready, .sending, .over: return false
      }
    }
  }

  /// The body is there, or the reply is.
  func proceed() -> MHD_Result {
    let (reply, body) = state.withLock { state -> (Reply?, [UInt8]?) in
      switch state.phase {
      case .reading:
        guard !server.isClosing else { return (server.handler.reply(refusing: 503, Self.closing), nil) }
        state.phase = .answering(nil)
        defer { state.body = [] }
        return (nil, state.body)
      case .refused(let reply), .ready(let reply): return (reply, nil)
      case .answering, .sending, .over: return (nil, nil)
      }
    }
    if let reply = body.map(answer) ?? reply { return queue(reply) }
    return .YES
  }

  private static let closing = "the server is stopping; try again elsewhere or later"
  /// Other connections of this thread wait while a body is read and understood here; of so many bytes, for some 100 µs.
  private static let mostBytesHere = 16 << 10

  /// The reply, where it takes no wait; else nil, and the connection is left alone until there is one.
  private func answer(_ body: [UInt8]) -> Reply? {
    let isHere = body.count <= Self.mostBytesHere && head["content-encoding"] == nil
    let task =
      isHere
      ? Task.immediateDetached { await self.run(body) } : Task.detached { await self.run(body) }
    let (reply, isGone) = state.withLock { state -> (Reply?, Bool) in
      guard case .answering = state.phase else {
        if case .ready(let reply) = state.phase { return (reply, false) }
        return (nil, false)
      }
      // Under the lock: from now on the answer may be there at any moment, and resumes.
      state.phase = .answering(task)
      state.isSuspended = true
      MHD_suspend_connection(connection.pointer)
      return (nil, state.isGone)
    }
    if let reply {
      // It need not be the task's own.
      task.cancel()
      server.watch.expect(watchID, within: nil)
      return reply
    }
    server.watch.arm(watchID) { self.clientLeft() }
    if isGone { task.cancel() }
    return nil
  }

  private func queue(_ reply: Reply) -> MHD_Result {
    let (response, writer) = OutgoingResponse.make(reply, connection, aheadLimit: server.options.maxStreamedAheadBytes)
    guard let response else { return .NO }
    defer { MHD_destroy_response(response) }
    state.withLock { $0.phase = .sending(writer) }
    if let writer, case .stream(let produce) = reply.body { produceInBackground(writer, produce) }
    return MHD_queue_response(connection.pointer, UInt32(clamping: reply.status), response)
  }

  /// libmicrohttpd is done with the request, and with the connection for now.
  func complete() {
    let phase = state.withLock { state in
      defer { state.phase = .over }
      return state.phase
    }
    if case .sending(let writer?) = phase { writer.leave() }
    server.watch.disarm(watchID)
    server.watch.expect(watchID, within: server.options.idleMilliseconds)
  }

  // MARK: On any thread

  private func run(_ body: [UInt8]) async {
    let reply: Reply
    do throws(Inflate.Problem) {
      let inflated = try Inflate(encoding: head["content-encoding"] ?? "")?
        .inflate(body, limit: server.options.maxBodyBytes)
      reply = await server.handler.reply(to: Request(head, body: inflated ?? body))
    } catch {
      switch error {
      case .tooLarge: reply = tooLarge("the inflated body is too large")
      case .broken:
        reply = server.handler.reply(
          refusing: 400, "the body is not what its content encoding says: it cannot be inflated")
      }
    }
    finish(reply)
  }

  private func produceInBackground(
    _ writer: BodyWriter, _ produce: @escaping @Sendable (BodyWriter) async throws -> Void
  ) {
    let task = Task {
      do {
        try await produce(writer)
        writer.end(isWhole: true)
      } catch {
        writer.end(isWhole: false)
      }
    }
    server.watch.arm(watchID) {
      task.cancel()
      writer.leave()
    }
  }

  /// There is a reply. The first one counts.
  private func finish(_ reply: Reply) {
    let isSuspended = state.withLock { state in
      guard case .answering = state.phase else { return false }
      state.phase = .ready(reply)
      // Counted under the lock: `close` finds the connection either suspended or counted.
      if state.isSuspended { server.resuming.add(1, ordering: .acquiringAndReleasing) }
      return state.isSuspended
    }
    guard isSuspended else { return }
    server.watch.disarm(watchID)
    // Not under the lock: libmicrohttpd's thread wakes up, and wants it.
    MHD_resume_connection(connection.pointer)
    server.resuming.subtract(1, ordering: .acquiringAndReleasing)
  }

  private func clientLeft() { leave()?.cancel() }

  /// Nobody wants the answer any more: the task that looks for it.
  private func leave() -> Task<Void, Never>? {
    state.withLock { state in
      state.isGone = true
      guard case .answering(let task) = state.phase else { return nil }
      return task
    }
  }

  /// The server closes: whoever is being answered is told so, and no connection stays suspended.
  func abandon() {
    let task = leave()
    // Before the task is cancelled: what a handler says then is not the answer.
    finish(server.handler.reply(refusing: 503, Self.closing))
    task?.cancel()
    let writer = state.withLock { state -> BodyWriter? in
      if case .sending(let writer) = state.phase { writer } else { nil }
    }
    writer?.leave()
  }
}
