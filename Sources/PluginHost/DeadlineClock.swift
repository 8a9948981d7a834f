import Glibc

/// Something that is over at a point in time, unless it is over before.
package protocol Expiring: AnyObject, Sendable {
  /// It needs no watching any more.
  var isOver: Bool { get }
  /// Its time is up. Called on the clock's thread, which is to be let go soon.
  func expire()
}

/// One thread that watches all deadlines.
///
/// What is over before its deadline stays in the heap until the next sweep, and sweeps come each time the heap has doubled:
/// constant time per entry on average, memory within twice of what is alive.
package final class DeadlineClock: Sendable {
  /// The one there is.
  package static let shared = DeadlineClock()

  fileprivate struct Entry {
    let deadline: UInt64
    let target: any Expiring
  }

  fileprivate struct State {
    var heap: [Entry] = []
    var sweepAt = 1024
    var isRunning = false
  }

  private let monitor = Monitor(State())

  private init() {}

  /// Calls `target.expire()` in `milliseconds`, unless it is over by then.
  package func watch(_ target: any Expiring, milliseconds: Int) {
    let deadline = monotonicNanoseconds() + UInt64(max(0, milliseconds)) * 1_000_000
    let (mustStart, isFirst) = monitor.withLock { state in
      if state.heap.count >= state.sweepAt { state.sweep() }
      state.push(Entry(deadline: deadline, target: target))
      defer { state.isRunning = true }
      return (!state.isRunning, state.heap[0].deadline == deadline)
    }
    if mustStart {
      // Without a thread there are no deadlines, which would let calls hang: nothing sensible is left to do.
      precondition(startThread { self.run() }, "the system refuses to start a thread")
    } else if isFirst {
      monitor.signal()
    }
  }

  private func run() {
    while true {
      let expired: any Expiring = monitor.wait { state in
        while let first = state.heap.first {
          if first.target.isOver {
            state.popFirst()
          } else if first.deadline <= monotonicNanoseconds() {
            state.popFirst()
            return .done(first.target)
          } else {
            return .waitUntil(first.deadline)
          }
        }
        return .wait
      }
      expired.expire()
    }
  }
}

extension DeadlineClock.State {
  fileprivate mutating func push(_ entry: DeadlineClock.Entry) {
    heap.append(entry)
    var at = heap.count - 1
    while at > 0, case let parent = (at - 1) / 2, heap[parent].deadline > heap[at].deadline {
      heap.swapAt(at, parent)
      at = parent
    }
  }

  fileprivate mutating func popFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    sink(0)
  }

  private mutating func sink(_ start: Int) {
    var at = start
    while true {
      var least = at
      for child in [2 * at + 1, 2 * at + 2] where child < heap.count && heap[child].deadline < heap[least].deadline {
        least = child
      }
      if least == at { return }
      heap.swapAt(at, least)
      at = least
    }
  }

  /// Drops what is over.
  fileprivate mutating func sweep() {
    heap.removeAll { $0.target.isOver }
    for at in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(at) }
    sweepAt = max(1024, 2 * heap.count)
  }
}
