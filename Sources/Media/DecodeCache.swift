import Synchronization
import Wire

/// Finished and running decodes by what identifies them (content digest and request), so that the rollouts of a group pay once for their shared picture.
///
/// What failed for good (`invalid_input`) is remembered like a success; a timeout is not, since another try may do
/// better. A decode is cancelled when nobody waits for it any more.
final class DecodeCache<Key: Hashable & Sendable>: Sendable {
  typealias Outcome = Result<Media, Unscored>

  private struct Entry {
    let outcome: Outcome
    let bytes: Int
    var lastUse: UInt64
  }

  private struct Running {
    let task: Task<Outcome, Never>
    /// The clock when it began: tells it from a later decode of the same bytes.
    let start: UInt64
    var waiting = 1
  }

  private struct State {
    var finished: [Key: Entry] = [:]
    var running: [Key: Running] = [:]
    var bytes = 0
    /// Counts look-ups; orders entries by their last use.
    var clock: UInt64 = 0
  }

  /// What there is for a key.
  enum Found {
    case finished(Outcome)
    case running(Task<Outcome, Never>, start: UInt64)
  }

  private let maxBytes: Int
  private let state = Mutex(State())

  init(maxBytes: Int) { self.maxBytes = maxBytes }

  /// The outcome for `key`; `decode` runs only if there is none yet and nobody else is at it.
  func media(for key: Key, decode: @escaping @Sendable () async -> Outcome) async -> Outcome {
    switch find(key, decode: decode) {
    case .finished(let outcome): outcome
    case .running(let task, let start):
      await withTaskCancellationHandler {
        await task.value
      } onCancel: {
        leave(key, start)
      }
    }
  }

  /// Looks `key` up, and starts its decode if nobody has. Whoever gets a running decode waits for it or leaves it.
  func find(_ key: Key, decode: @escaping @Sendable () async -> Outcome) -> Found {
    state.withLock { state in
      state.clock += 1
      state.finished[key]?.lastUse = state.clock
      if let entry = state.finished[key] { return .finished(entry.outcome) }
      if let running = state.running[key] {
        state.running[key]?.waiting += 1
        return .running(running.task, start: running.start)
      }
      let start = state.clock
      let task = Task {
        let outcome = await decode()
        self.finish(key, start, outcome)
        return outcome
      }
      state.running[key] = Running(task: task, start: start)
      return .running(task, start: start)
    }
  }

  /// Stops waiting. The last one to leave cancels the decode; who comes later starts another.
  func leave(_ key: Key, _ start: UInt64) {
    let task = state.withLock { state -> Task<Outcome, Never>? in
      guard let running = state.running[key], running.start == start else { return nil }
      state.running[key]?.waiting -= 1
      guard running.waiting == 1 else { return nil }
      state.running[key] = nil
      return running.task
    }
    task?.cancel()
  }

  private func finish(_ key: Key, _ start: UInt64, _ outcome: Outcome) {
    let bytes = Self.size(of: outcome)
    state.withLock { state in
      guard state.running[key]?.start == start else { return }
      state.running[key] = nil
      if case .failure(let failure) = outcome, failure.reason != .invalidInput { return }
      guard bytes <= maxBytes else { return }
      state.finished[key] = Entry(outcome: outcome, bytes: bytes, lastUse: state.clock)
      state.bytes += bytes
      if state.bytes > maxBytes { evict(&state) }
    }
  }

  /// Drops the longest unused until a quarter is free, so that sorting is paid rarely.
  private func evict(_ state: inout State) {
    for (key, entry) in state.finished.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      if state.bytes <= maxBytes / 4 * 3 { return }
      state.finished[key] = nil
      state.bytes -= entry.bytes
    }
  }

  /// What an outcome occupies, without the small change of facts and notes: a flat kilobyte stands for that.
  private static func size(of outcome: Outcome) -> Int {
    guard case .success(let media) = outcome else { return 1024 }
    var images = media.frames.map(\.image)
    if let image = media.image { images.append(image) }
    let pixels = images.reduce(0) { $0 + $1.pixels.count + ($1.original?.bytes.count ?? 0) }
    return 1024 + pixels + (media.original?.bytes.count ?? 0) + (media.sound?.samples.count ?? 0)
      * MemoryLayout<Float>.size
  }
}
