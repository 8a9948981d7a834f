import Glibc

/// What the thread starts with.
final class Launch: Sendable {
  let shared: SharedState
  let listener: Int32
  let wake: Int32

  init(shared: SharedState, listener: Int32, wake: Int32) {
    self.shared = shared
    self.listener = listener
    self.wake = wake
  }
}

/// The body of the thread; its argument is a retained `Launch`.
func runEventThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  let launch = Unmanaged<Launch>.fromOpaque(argument).takeRetainedValue()
  var thread = EventThread(launch)
  thread.run()
  return nil
}

/// The loop that serves all connections. Nothing in it is shared but `shared`.
struct EventThread {
  private let shared: SharedState
  private let wake: Int32
  /// The descriptors that poll watches: the wake pipe, the listening socket (-1 where there is none), then that of each
  /// connection.
  private var polled: [pollfd]
  private var connections: [Connection] = []
  private var places: [Int: Int] = [:]
  private var timers = Timers()
  private var lastConnection = 0
  private var isStopping = false

  /// Bytes of requests that follow the one being answered.
  private static let pipelineLimit = 1 << 20
  /// `POLLRDHUP`, which is not imported: the client has ended its side.
  private static let peerEnded: Int16 = 0x2000
  private static let readable = Int16(POLLIN)
  private static let writable = Int16(POLLOUT)

  init(_ launch: Launch) {
    shared = launch.shared
    wake = launch.wake
    polled = [launch.wake, launch.listener].map { pollfd(fd: $0, events: Self.readable, revents: 0) }
  }

  mutating func run() {
    while !isStopping {
      wait()
      let now = ContinuousClock.now
      if polled[0].revents != 0 { obey(now) }
      if polled[1].revents != 0 { acceptAll(now) }
      // Backwards: closing a connection puts the last one, which was looked at already, into its place.
      for at in connections.indices.reversed() where polled[at + 2].revents != 0 {
        look(at: connections[at], events: polled[at + 2].revents, now)
      }
      while let number = timers.takeDue(now) {
        if let place = places[number] { advance(connections[place], now) }
      }
    }
    for connection in connections.reversed() { end(connection, isReset: false) }
    stopListening()
    close(wake)
  }

  /// Waits for an event or for the next timer. `poll` counts in milliseconds: what is left below one is slept, so that
  /// a latency is what the script says, and not up to a millisecond more.
  private mutating func wait() {
    guard let due = timers.next else {
      _ = poll(&polled, nfds_t(polled.count), -1)
      return
    }
    let nanoseconds = max(due - .now, .zero).nanoseconds
    let count = poll(&polled, nfds_t(polled.count), Int32(min(nanoseconds / 1_000_000, 60_000)))
    guard count == 0, nanoseconds < 1_000_000 else { return }
    var time = timespec(tv_sec: 0, tv_nsec: nanoseconds)
    nanosleep(&time, nil)
  }

  private mutating func obey(_ now: ContinuousClock.Instant) {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(wake, &bytes, bytes.count) > 0 {}
    for command in shared.takeCommands() {
      switch command {
      case .stop: isStopping = true
      case .refuse: stopListening()
      case .listen(let descriptor):
        stopListening()
        polled[1].fd = descriptor
        shared.count { $0.isListening = true }
      case .goOn(let number):
        if let place = places[number] { advance(connections[place], now) }
      }
    }
  }

  private mutating func stopListening() {
    if polled[1].fd >= 0 { close(polled[1].fd) }
    polled[1].fd = -1
    polled[1].revents = 0
    shared.count { $0.isListening = false }
  }

  private mutating func acceptAll(_ now: ContinuousClock.Instant) {
    while polled[1].fd >= 0 {
      let descriptor = accept(polled[1].fd, nil, nil)
      guard descriptor >= 0 else { return }
      makeNonBlocking(descriptor)
      var yes: Int32 = 1
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
      lastConnection += 1
      let connection = Connection(number: lastConnection, descriptor: descriptor)
      places[connection.number] = connections.count
      connections.append(connection)
      polled.append(pollfd(fd: descriptor, events: Self.readable, revents: 0))
      shared.count { statistics in
        statistics.connections += 1
        statistics.openConnections += 1
      }
      switch shared.admission(of: connection.number) {
      case .serve: break
      case .close: end(connection, isReset: false)
      case .reset: end(connection, isReset: true)
      case .ignore: watch(connection, for: Self.peerEnded)
      }
    }
  }

  private mutating func look(at connection: Connection, events: Int16, _ now: ContinuousClock.Instant) {
    if events & (Int16(POLLERR) | Int16(POLLHUP) | Int16(POLLNVAL) | Self.peerEnded) != 0 {
      return end(connection, isReset: false)
    }
    if events & Self.readable != 0 {
      guard connection.receive(limit: connection.isAnswering ? Self.pipelineLimit : .max) else {
        return end(connection, isReset: false)
      }
      // While a reply waits for something, what the client sends more is kept, and changes nothing.
      if connection.isAnswering, events & Self.writable == 0 {
        if connection.reader.waiting >= Self.pipelineLimit { watch(connection, for: Self.peerEnded) }
        return
      }
    }
    advance(connection, now)
  }

  /// Goes on with the reply of a connection, and with the next requests, as far as that goes.
  private mutating func advance(_ connection: Connection, _ now: ContinuousClock.Instant) {
    while true {
      let wasAnswering = connection.isAnswering
      let waiting = connection.advance(now: now)
      if wasAnswering, !connection.isAnswering {
        shared.count { statistics in
          statistics.answered += 1
          statistics.inFlight -= 1
        }
      }
      switch waiting {
      case .reading: if !takeRequest(connection) { return watch(connection, for: Self.readable | Self.peerEnded) }
      case .writing: return watch(connection, for: Self.readable | Self.writable | Self.peerEnded)
      case .nothing: return watch(connection, for: Self.readable | Self.peerEnded)
      case .until(let due):
        timers.add(connection.number, due: due)
        return watch(connection, for: Self.readable | Self.peerEnded)
      case .gate(let gate):
        let (shared, number) = (shared, connection.number)
        connection.gate = (gate, gate.whenOpen { shared.post(.goOn(connection: number)) })
        return watch(connection, for: Self.readable | Self.peerEnded)
      case .over(let isReset): return end(connection, isReset: isReset)
      case .refusal:
        stopListening()
        return end(connection, isReset: false)
      }
    }
  }

  /// Takes the next request and begins its reply; false where more of it has to come first.
  private func takeRequest(_ connection: Connection) -> Bool {
    do {
      if let read = try connection.reader.next() {
        let (request, reply) = shared.reply(to: read, connection: connection.number)
        let isLast = read.isLast || reply.headers.value(of: "Connection")?.lowercased() == "close"
        connection.answer(reply.acts(for: request), isLast: isLast)
        return true
      }
    } catch {
      shared.count { $0.malformed += 1 }
      connection.dismiss(.text("this is no request", status: error.rawValue))
      return true
    }
    guard connection.reader.wantsContinue else { return false }
    connection.reader.confirmContinue()
    switch shared.expectation {
    case .confirm: connection.sendAside(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    case .keepSilent: break
    case .refuse: connection.dismiss(.text("send no expectations", status: 417))
    }
    return true
  }

  private mutating func watch(_ connection: Connection, for events: Int16) {
    if let place = places[connection.number] { polled[place + 2].events = events }
  }

  private mutating func end(_ connection: Connection, isReset: Bool) {
    guard let place = places.removeValue(forKey: connection.number) else { return }
    let last = connections.count - 1
    connections.swapAt(place, last)
    polled.swapAt(place + 2, last + 2)
    places[connections[place].number] = place == last ? nil : place
    connections.removeLast()
    polled.removeLast()
    connection.shut(isReset: isReset)
    shared.count { statistics in
      statistics.openConnections -= 1
      guard connection.isAnswering else { return }
      statistics.abandoned += 1
      statistics.inFlight -= 1
    }
  }
}

extension Duration {
  fileprivate var nanoseconds: Int {
    Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
  }
}
