import CCurl
import Glibc
import Synchronization

/// How other threads reach the event thread: what they put in is taken all at once, and only a sleeper is woken.
final class Mailbox: Sendable {
  /// What has been put in since the last look.
  struct Letters {
    var submitted: [Exchange] = []
    var cancelled: [Exchange] = []
    var isClosed = false

    var isEmpty: Bool { submitted.isEmpty && cancelled.isEmpty && !isClosed }
  }

  private let letters = Mutex(Letters())
  /// Set by the event thread before its last look, so that nothing put in after the look goes unseen.
  private let isAsleep = Atomic(false)
  private let poller: Poller

  init(_ poller: Poller) { self.poller = poller }

  /// Hands an exchange over, or ends it here where that is too late.
  func submit(_ exchange: Exchange) {
    let isTaken = letters.withLock { letters in
      if letters.isClosed || exchange.handOver == .cancelledBefore { return false }
      exchange.handOver = .done
      letters.submitted.append(exchange)
      return true
    }
    if isTaken { wake() } else { exchange.finish(.failure(.cancelled)) }
  }

  /// Has an exchange ended, whether it has been handed over or not.
  func cancel(_ exchange: Exchange) {
    let mustWake = letters.withLock { letters in
      guard exchange.handOver == .done else {
        exchange.handOver = .cancelledBefore
        return false
      }
      letters.cancelled.append(exchange)
      return true
    }
    if mustWake { wake() }
  }

  /// Nothing is taken any more, and the event thread is to end.
  func close() {
    letters.withLock { $0.isClosed = true }
    wake()
  }

  private func wake() {
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { poller.wake() }
  }

  /// Exchanges what has come for `emptied`.
  func take(_ emptied: inout Letters) {
    letters.withLock { letters in
      emptied.isClosed = letters.isClosed
      swap(&letters, &emptied)
    }
  }

  /// Runs `wait`, unless something has come; whatever comes meanwhile wakes the poller.
  func sleep(_ wait: () -> Void) {
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    let mustWait = letters.withLock { $0.submitted.isEmpty && $0.cancelled.isEmpty && !$0.isClosed }
    if mustWait { wait() }
    isAsleep.store(false, ordering: .sequentiallyConsistent)
  }
}

/// Where the event thread waits.
final class Poller: Sendable {
  // Its waking is made for any thread; the rest is only called on the event thread.
  nonisolated(unsafe) let pointer: OpaquePointer

  init() throws(HTTPOptionError) {
    guard let pointer = ccurl_poller_open() else {
      throw HTTPOptionError(option: "client", message: "no event thread: \(String(cString: strerror(errno)))")
    }
    self.pointer = pointer
  }

  deinit { ccurl_poller_close(pointer) }

  func wake() { ccurl_poller_wake(pointer) }
}
