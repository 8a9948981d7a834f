internal import CMicrohttpd
import Synchronization

/// One request and its reply, between libmicrohttpd's thread, which reads and writes, and the task that answers.
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
    if let stated = head["content-length"].flatMap({ Int($0) }), stated > server.options.maxBodyBytes {
      return tooLarge("the body has \(stated) bytes")
    }
    if let encoding = head["content-encoding"], Inflate(encoding: encoding) == nil {
      return server.handler.reply(
        refusing: 415, "the content encoding '\(encoding)' is not known; accepted: gzip, deflate, identity")
    }
    return nil
  }

  private func tooLarge(_ what: String) -> Reply {
    server.handler.reply(refusing: 413, "\(what); max_body_bytes is \(server.options.maxBodyBytes)")
  }

  /// A piece of the body. False ends the connection: a client that goes on sending what is refused is not listened to for ever.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    state.withLock { state in
      switch state.phase {
      case .reading where state.body.count + bytes.count <= server.options.maxBodyBytes:
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
        // Suspended under the lock: the answer may be there before this function returns, and resumes.
        guard !server.isClosing else { return (server.handler.reply(refusing: 503, Self.closing), nil) }
        state.phase = .answering(nil)
        MHD_suspend_connection(connection.pointer)
        defer { state.body = [] }
        return (nil, state.body)
      case .refused(let reply), .ready(let reply): return (reply, nil)
      case .answering, .sending, .over: return (nil, nil)
      }
    }
    if let body { answer(body) } else if let reply { return queue(reply) }
    return .YES
  }

  private static let closing = "the server is stopping; try again elsewhere or later"

  private func answer(_ body: [UInt8]) {
    server.watch.arm(watchID) { self.clientLeft() }
    let task = Task { await self.run(body) }
    let isGone = state.withLock { state in
      if case .answering = state.phase { state.phase = .answering(task) }
      return state.isGone
    }
    if isGone { task.cancel() }
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
    server.watch.disarm(watchID)
    let isFirst = state.withLock { state in
      guard case .answering = state.phase else { return false }
      state.phase = .ready(reply)
      // Counted under the lock: `close` finds the connection either suspended or counted.
      server.resuming.add(1, ordering: .acquiringAndReleasing)
      return true
    }
    guard isFirst else { return }
    // Not under the lock: libmicrohttpd's thread wakes up, and wants it.
    MHD_resume_connection(connection.pointer)
    server.resuming.subtract(1, ordering: .acquiringAndReleasing)
  }

  private func clientLeft() {
    let task = state.withLock { state -> Task<Void, Never>? in
      state.isGone = true
      guard case .answering(let task) = state.phase else { return nil }
      return task
    }
    task?.cancel()
  }

  /// The server closes: whoever is being answered is told so, and no connection stays suspended.
  func abandon() {
    clientLeft()
    finish(server.handler.reply(refusing: 503, Self.closing))
    let writer = state.withLock { state -> BodyWriter? in
      if case .sending(let writer) = state.phase { writer } else { nil }
    }
    writer?.leave()
  }
}
