internal import CMicrohttpd
import Glibc
import Synchronization

/// An HTTP/1.1 server on libmicrohttpd: requests in, replies out, whole bodies or streamed ones.
///
/// A request that is being answered costs no thread. The handler's task is cancelled when its client leaves, which
/// libmicrohttpd itself would not notice.
public final class HTTPServer: Sendable {
  /// The port it listens on.
  public let port: Int
  private let core: ServerCore
  private let acceptor: Acceptor
  private let daemon: Mutex<ConnectionPointer?>

  /// Listens, and answers with `handler` from now on.
  public init(_ options: ServerOptions, _ handler: any RequestHandler) throws(ServerError) {
    let listener = try Listener(options)
    port = listener.port
    var watch: Watch?
    var daemon: ConnectionPointer?
    do throws(ServerError) {
      let started = try Watch()
      watch = started
      let slots = try EventCounter(UInt32(clamping: options.maxConnections))
      core = ServerCore(options, handler, started, slots)
      let answering = try core.startDaemon()
      daemon = answering
      acceptor = try Acceptor(listener.socket, answering, slots: slots)
    } catch {
      if let daemon { MHD_stop_daemon(daemon.pointer) }
      watch?.stop()
      Glibc.close(listener.socket)
      throw error
    }
    self.daemon = Mutex(daemon)
  }

  deinit { close() }

  /// Requests that are being read, answered or sent.
  public var inFlight: Int { core.exchanges.withLock { $0.count } }

  /// Takes no new connections; those that stand may go on. See ``close()``.
  public func stopListening() { acceptor.stop() }

  /// Waits until no request is in flight, `milliseconds` at most. False where one still is.
  public func drain(milliseconds: Int) async -> Bool {
    let deadline = ContinuousClock.now + .milliseconds(milliseconds)
    return await core.waitUntilIdle(until: deadline)
  }

  /// Ends everything: requests that are being answered get 503, and all connections are closed. Returns when that is done;
  /// later calls do nothing.
  public func close() {
    stopListening()
    core.isClosingFlag.store(true, ordering: .sequentiallyConsistent)
    for exchange in core.exchanges.withLock({ Array($0.values) }) { exchange.abandon() }
    // The daemon must not stop with a connection suspended; whoever is at it is done in microseconds.
    while core.resuming.load(ordering: .acquiring) > 0 { sched_yield() }
    let taken = daemon.withLock { daemon in
      defer { daemon = nil }
      return daemon
    }
    guard let taken else { return }
    MHD_stop_daemon(taken.pointer)
    core.watch.stop()
  }
}

/// What the callbacks know.
final class ServerCore: Sendable {
  let options: ServerOptions
  let handler: any RequestHandler
  let watch: Watch
  /// How many more connections may stand.
  let slots: EventCounter
  let isClosingFlag = Atomic(false)
  /// Connections that are about to go on after their answer was found.
  let resuming = Atomic(0)
  /// Those in flight, by identity.
  let exchanges = Mutex<[ObjectIdentifier: Exchange]>([:])
  private let idle = Mutex<[CheckedContinuation<Void, Never>]>([])

  init(_ options: ServerOptions, _ handler: any RequestHandler, _ watch: Watch, _ slots: EventCounter) {
    self.options = options
    self.handler = handler
    self.watch = watch
    self.slots = slots
  }

  /// libmicrohttpd, waiting for connections to be handed to it. This outlives it.
  func startDaemon() throws(ServerError) -> ConnectionPointer {
    var settings = cmhd_options()
    settings.threads = options.threads > 0 ? UInt32(clamping: options.threads) : cmhd_usable_cores()
    settings.memory_bytes = options.maxHeadBytes
    settings.context = Unmanaged.passUnretained(self).toOpaque()
    settings.handle = handleRequest
    settings.completed = completeRequest
    settings.connection = noteConnection
    guard let daemon = cmhd_start(&settings) else {
      throw ServerError(description: "the server cannot be started: the system is out of threads or memory")
    }
    return ConnectionPointer(pointer: daemon)
  }

  var isClosing: Bool { isClosingFlag.load(ordering: .sequentiallyConsistent) }

  func add(_ exchange: Exchange) { exchanges.withLock { $0[ObjectIdentifier(exchange)] = exchange } }

  func remove(_ exchange: Exchange) {
    let isIdle = exchanges.withLock { exchanges in
      exchanges[ObjectIdentifier(exchange)] = nil
      return exchanges.isEmpty
    }
    if isIdle { wakeWaiting() }
  }

  func waitUntilIdle(until deadline: ContinuousClock.Instant) async -> Bool {
    let alarm = Task {
      try? await Task.sleep(until: deadline, clock: .continuous)
      self.wakeWaiting()
    }
    defer { alarm.cancel() }
    while !exchanges.withLock({ $0.isEmpty }) {
      guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
      await withCheckedContinuation { continuation in
        idle.withLock { $0.append(continuation) }
        // What ended before this stood in the list has woken nobody.
        if exchanges.withLock({ $0.isEmpty }) || ContinuousClock.now >= deadline { wakeWaiting() }
      }
    }
    return true
  }

  private func wakeWaiting() {
    let waiting = idle.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
