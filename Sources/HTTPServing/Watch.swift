internal import CMicrohttpd
import Glibc
import Synchronization

/// One thread that sees what libmicrohttpd does not: a client that leaves while its request is being answered, and one that
/// takes too long to send it.
final class Watch: Sendable {
  typealias ID = UInt64

  private struct Entry {
    let socket: Int32
    /// When the connection is to be cut, on the monotonic clock in milliseconds.
    var deadline: Int64?
    /// What to do when the client leaves.
    var left: (@Sendable () -> Void)?
  }

  private struct State {
    var entries: [ID: Entry] = [:]
    var last: ID = 0
    var isOver = false
  }

  private let state = Mutex(State())
  private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
  private let wakeUp = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
  private let thread = Mutex<SystemThread?>(nil)

  /// How often deadlines are looked at: a slow client is cut off this much late.
  private static let tickMilliseconds: Int32 = 250
  private static let wakeUpID: ID = 0

  /// Starts the thread.
  init() throws(ServerError) {
    guard epoll >= 0, wakeUp >= 0, control(EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue, Self.wakeUpID) else {
      throw ServerError(description: "the system has no file descriptors left to watch connections with")
    }
    let started = try SystemThread(purpose: "watch connections with") { self.run() }
    thread.withLock { $0 = started }
  }

  deinit {
    if epoll >= 0 { close(epoll) }
    if wakeUp >= 0 { close(wakeUp) }
  }

  /// A connection stands; it is to send a request within `milliseconds`.
  func opened(_ socket: Int32, within milliseconds: Int) -> ID {
    let id = state.withLock { state in
      state.last += 1
      state.entries[state.last] = Entry(socket: socket, deadline: Self.now + Int64(milliseconds))
      return state.last
    }
    // One shot: an event that nobody waits for is not repeated, and asking for the next one is one call to the system.
    _ = control(EPOLL_CTL_ADD, socket, EPOLLONESHOT.rawValue, id)
    return id
  }

  /// Gives the client `milliseconds` for what comes next; nil: as long as it likes.
  func expect(_ id: ID, within milliseconds: Int?) {
    let deadline = milliseconds.map { Self.now + Int64($0) }
    state.withLock { $0.entries[id]?.deadline = deadline }
  }

  /// Calls `left`, once, when the client leaves; until ``disarm(_:)``.
  func arm(_ id: ID, left: @escaping @Sendable () -> Void) {
    let socket = state.withLock { state -> Int32? in
      state.entries[id]?.deadline = nil
      state.entries[id]?.left = left
      return state.entries[id]?.socket
    }
    if let socket { _ = control(EPOLL_CTL_MOD, socket, EPOLLRDHUP.rawValue | EPOLLONESHOT.rawValue, id) }
  }

  /// Nobody wants to know any more whether the client leaves.
  func disarm(_ id: ID) { state.withLock { $0.entries[id]?.left = nil } }

  /// The connection's socket is about to be closed.
  func closed(_ id: ID) { state.withLock { _ = $0.entries.removeValue(forKey: id) } }

  /// Ends the thread and waits for it.
  func stop() {
    state.withLock { $0.isOver = true }
    _ = eventfd_write(wakeUp, 1)
    thread.withLock { $0 }?.join()
  }

  private func run() {
    var events = Array(repeating: epoll_event(), count: 256)
    var nextTick = Self.now + Int64(Self.tickMilliseconds)
    while !state.withLock({ $0.isOver }) {
      let count = epoll_wait(epoll, &events, Int32(events.count), Self.tickMilliseconds)
      for event in events.prefix(Int(max(0, count))) where event.data.u64 != Self.wakeUpID { left(event.data.u64) }
      guard Self.now >= nextTick else { continue }
      cutLate()
      nextTick = Self.now + Int64(Self.tickMilliseconds)
    }
  }

  private func left(_ id: ID) {
    let action = state.withLock { state in
      defer { state.entries[id]?.left = nil }
      return state.entries[id]?.left
    }
    action?()
  }

  /// Shuts the sockets of those that are late; libmicrohttpd then closes the connections. Under the lock, so that no socket has
  /// been closed, and its number given to another, in between.
  private func cutLate() {
    let now = Self.now
    state.withLock { state in
      for (id, entry) in state.entries {
        guard let deadline = entry.deadline, deadline <= now else { continue }
        state.entries[id]?.deadline = nil
        shutdown(entry.socket, Int32(SHUT_RDWR))
      }
    }
  }

  private func control(_ operation: Int32, _ socket: Int32, _ events: UInt32, _ id: ID) -> Bool {
    var event = epoll_event(events: events, data: epoll_data_t(u64: id))
    return epoll_ctl(epoll, operation, socket, &event) == 0
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
