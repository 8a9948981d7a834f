import Synchronization

/// The replicas of a judge, and the queue of those who wait for a place at one, in the order in which they came.
final class ReplicaPool: Sendable {
  /// What waiting for a place came to.
  enum Place: Sendable, Hashable {
    case seat(ReplicaTable.Seat)
    /// The task was cancelled.
    case cancelled
    /// There was none before the deadline.
    case expired
  }

  private struct Waiter {
    let avoided: Set<Int>
    let continuation: CheckedContinuation<Place, Never>
  }

  private struct State {
    var table: ReplicaTable
    /// Numbers of those who wait, in order; those who gave up are missing in `waiters`.
    var order: [UInt64] = []
    /// Before it in `order` nobody waits any more.
    var head = 0
    var waiters: [UInt64: Waiter] = [:]
    var lastNumber: UInt64 = 0

    /// Passes over those who left, and drops them once they are the larger part.
    mutating func tidy() {
      while head < order.count, waiters[order[head]] == nil { head += 1 }
      guard head > 64, head > order.count / 2 else { return }
      order.removeFirst(head)
      head = 0
    }
  }

  private let clock: any DeliveryClock
  private let state: Mutex<State>

  init(urls: [String], maxInFlight: Int, clock: any DeliveryClock) {
    self.clock = clock
    state = Mutex(State(table: ReplicaTable(urls: urls, maxInFlight: maxInFlight)))
  }

  /// The replicas as they are now.
  var replicas: [ReplicaTable.Replica] { state.withLock { $0.table.replicas } }

  /// Whether a replica has answered anything so far.
  func hasAnswered(_ replica: Int) -> Bool { state.withLock { $0.table.replicas[replica].health.hasAnswered } }

  /// Whether one of the replicas with that property is fit for use at `now`.
  func hasUsable(now: ContinuousClock.Instant, where hasProperty: (Int) -> Bool) -> Bool {
    let replicas = replicas
    return replicas.indices.contains { replicas[$0].health.isUsable(now: now) && hasProperty($0) }
  }

  /// Calls that wait for a place.
  var waiting: Int { state.withLock { $0.waiters.count } }

  /// Waits for a place; whoever gets one gives it back with `finish`.
  func take(avoiding avoided: Set<Int>, deadline: ContinuousClock.Instant) async -> Place {
    let (number, seat) = state.withLock { state -> (UInt64, ReplicaTable.Seat?) in
      state.lastNumber += 1
      // Nobody passes those who wait, as long as one of them could use the room.
      return (state.lastNumber, state.waiters.isEmpty ? state.table.take(avoiding: avoided, now: clock.now) : nil)
    }
    if let seat { return .seat(seat) }
    let alarm = clock.alarm(at: deadline) { [self] in leave(number, .expired) }
    defer { alarm.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let late: Place? = state.withLock { state in
          if Task.isCancelled { return .cancelled }
          if clock.now >= deadline { return .expired }
          state.waiters[number] = Waiter(avoided: avoided, continuation: continuation)
          state.order.append(number)
          return nil
        }
        if let late { return continuation.resume(returning: late) }
        // Between the first look and now a place may have been given back.
        seatWaiters()
      }
    } onCancel: {
      leave(number, .cancelled)
    }
  }

  /// Gives a place back, with what it says about the server.
  func finish(_ seat: ReplicaTable.Seat, _ ending: ReplicaTable.Ending) {
    let ejectedUntil = state.withLock { $0.table.finish(seat, ending, now: clock.now) }
    // The end of that time is no event of a request, and somebody may wait for it.
    if let ejectedUntil { _ = clock.alarm(at: ejectedUntil) { [weak self] in self?.seatWaiters() } }
    seatWaiters()
  }

  private func seatWaiters() {
    let seated = state.withLock { state -> [(Waiter, ReplicaTable.Seat)] in
      var seated: [(Waiter, ReplicaTable.Seat)] = []
      let now = clock.now
      for at in state.order.indices[state.head...] {
        guard state.table.hasRoom(now: now) else { break }
        let number = state.order[at]
        guard let waiter = state.waiters[number],
          let seat = state.table.take(avoiding: waiter.avoided, now: now)
        else { continue }
        state.waiters[number] = nil
        seated.append((waiter, seat))
      }
      state.tidy()
      return seated
    }
    for (waiter, seat) in seated { waiter.continuation.resume(returning: .seat(seat)) }
  }

  private func leave(_ number: UInt64, _ place: Place) {
    state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume(returning: place)
  }
}
