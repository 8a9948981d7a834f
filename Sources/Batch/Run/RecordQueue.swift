/// Between the thread that reads and the tasks that judge: bounded in records and in bytes on the reading side, and in the
/// distance to the slowest judgment on the judging side, so that memory stays constant whatever the speeds.
final class RecordQueue: Sendable {
  /// A record and its place in the input.
  struct Numbered: Sendable {
    let index: Int
    let record: BatchRecord
  }

  private struct State {
    /// nil: handed out, and not to be kept in memory by this array.
    var records: [BatchRecord?] = []
    var head = 0
    var bytes = 0
    var handedOut = 0
    var written = 0
    var ended = false
    var waiting: [CheckedContinuation<Numbered?, Never>] = []
    /// Records that came after the last one that will be judged; nil while records are judged.
    var rest: Int?
    var counter: CheckedContinuation<Int, Never>?

    /// Records that wait to be judged.
    var count: Int { records.count - head }

    // An array with a head index that is never compacted does not shrink under load.
    mutating func dropHandedOut() {
      records.removeFirst(head)
      head = 0
    }
  }

  private let state = Monitor(State())
  private let capacity: Int
  private let capacityBytes: Int
  private let window: Int

  /// - Parameters:
  ///   - capacity: records that are read ahead; `capacityBytes` the same in bytes (one record is always admitted).
  ///   - window: judgments that may be finished or under way beyond the one that is written next.
  init(capacity: Int, capacityBytes: Int, window: Int) {
    self.capacity = capacity
    self.capacityBytes = capacityBytes
    self.window = window
  }

  /// Adds a record, blocking the thread while the queue is full; false when nobody wants records any more.
  func put(_ record: BatchRecord) -> Bool {
    let (accepted, ready) = state.wait(
      until: {
        $0.ended || $0.rest != nil || $0.count == 0 || ($0.count < capacity && $0.bytes < capacityBytes)
      },
      then: { state -> (Bool, [Handover]) in
        guard !state.ended else { return (false, []) }
        if let rest = state.rest {
          state.rest = rest + 1
          return (true, [])
        }
        state.records.append(record)
        state.bytes += record.cost
        return (true, handOver(&state))
      })
    for handover in ready { handover.resume() }
    return accepted
  }

  /// No record follows; those in the queue are still handed out.
  func end() { settle { $0.ended = true } }

  /// Forgets what is queued and ends. What was handed out is not affected.
  func abandon() {
    settle { state in
      state.ended = true
      state.records = []
      state.head = 0
      state.bytes = 0
    }
  }

  /// Judges no more, and counts what is left of the input.
  ///
  /// - Parameter waiting: Whether to read on to the end. nil is returned where that would be needed and is not wanted.
  func countRest(waiting: Bool) async -> Int? {
    let isRead = state.change(wakes: { _ in false }) { $0.ended }
    guard isRead || waiting else {
      abandon()
      return nil
    }
    return await withCheckedContinuation { continuation in
      settle { state in
        state.rest = state.count
        (state.records, state.head, state.bytes) = ([], 0, 0)
        state.counter = continuation
      }
    }
  }

  /// The next record; nil when there are no more.
  func take() async -> Numbered? {
    await withCheckedContinuation { continuation in
      settle { $0.waiting.append(continuation) }
    }
  }

  /// Says how many judgments were written, which moves the window on.
  func advance(to written: Int) { settle { $0.written = written } }

  private struct Handover {
    let continuation: CheckedContinuation<Numbered?, Never>
    let value: Numbered?
    func resume() { continuation.resume(returning: value) }
  }

  private func settle(_ change: (inout State) -> Void) {
    // A reader that waits goes on when there is room for many: waking it for each record costs more than the record.
    let (ready, counted) = state.change(wakes: { $0.ended || $0.count <= capacity / 2 }) { state in
      change(&state)
      return (handOver(&state), takeCounter(&state))
    }
    for handover in ready { handover.resume() }
    if let counted { counted.counter.resume(returning: counted.rest) }
  }

  /// Who waits for the number of records that are left, once it is known.
  private func takeCounter(_ state: inout State) -> (counter: CheckedContinuation<Int, Never>, rest: Int)? {
    guard state.ended, let counter = state.counter else { return nil }
    state.counter = nil
    return (counter, state.rest ?? 0)
  }

  /// Matches waiting tasks with records, as far as the window reaches.
  private func handOver(_ state: inout State) -> [Handover] {
    var ready: [Handover] = []
    while !state.waiting.isEmpty, state.count > 0, state.handedOut < state.written + window,
      let record = state.records[state.head]
    {
      state.records[state.head] = nil
      ready.append(
        Handover(continuation: state.waiting.removeLast(), value: Numbered(index: state.handedOut, record: record)))
      state.head += 1
      state.handedOut += 1
      state.bytes -= record.cost
      if state.head >= 64 { state.dropHandedOut() }
    }
    if state.ended, state.count == 0 {
      ready += state.waiting.map { Handover(continuation: $0, value: nil) }
      state.waiting = []
    }
    return ready
  }
}
