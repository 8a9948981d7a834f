import Media
import Synchronization
import Wire

/// A decoder of a plugin, in worker processes or in this one, on threads of its own, under a deadline.
final class HostedDecoder: MediaDecoder {
  private let pluginID: String
  private let call: DecoderCall
  /// nil: it runs here.
  private let workers: WorkerPool?
  private let lane = Lane()
  /// How much longer than it was told a decoder in this process may take before the host gives up on it: it says better why.
  private static let graceMilliseconds = 500

  /// `workers` decode; none: this process does, which a bad file may end.
  init(pluginID: String, call: DecoderCall, workers: WorkerPool?) {
    self.pluginID = pluginID
    self.call = call
    self.workers = workers
  }

  deinit { _ = lane.finish { _ in } }

  func score(head: [UInt8]) -> Int { call.score(head: head) }

  func decode(_ bytes: [UInt8], request: MediaRequest, limits: MediaLimits) async throws(Unscored) -> Media {
    guard bytes.count <= limits.maxInputBytes else {
      throw Unscored(
        .invalidInput,
        "the file is \(bytes.count) bytes large, over the limit max_input_bytes = \(limits.maxInputBytes)")
    }
    let pending = PendingDecode(pluginID: pluginID, lane: lane, timeoutMilliseconds: limits.timeoutMilliseconds)
    let leash = WorkerLeash()
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard pending.begin(continuation) else { return }
        let isTaken = lane.run { _ in
          guard pending.enter() else { return }
          // The time in the queue is not the file's: many large ones at once are slow, not broken.
          // A worker is ended at its deadline, and always comes back.
          if self.workers == nil {
            DeadlineClock.shared.watch(pending, milliseconds: limits.timeoutMilliseconds + Self.graceMilliseconds)
          }
          let outcome = Result { () throws(Unscored) in try self.decodeNow(bytes, request, limits, leash) }
          pending.leave(outcome)
        }
        if !isTaken {
          pending.finish(.failure(Unscored(.judgeError, "too many files hang in decoder '\(pluginID)'")))
        }
      }
    } onCancel: {
      pending.giveUp(Unscored(.cancelled, "the decoding was cancelled"))
      leash.pull()
    }
    return try outcome.get()
  }

  private func decodeNow(
    _ bytes: [UInt8], _ request: MediaRequest, _ limits: MediaLimits, _ leash: WorkerLeash
  ) throws(Unscored) -> Media {
    if let workers { return try workers.decode(bytes, request, limits, leash) }
    let outcome: Result<Media, Unscored> = bytes.withUnsafeBytes { raw in
      var source = InputSource(bytes: raw)
      return withUnsafeMutablePointer(to: &source) { context in
        var input = InputSource.input(context)
        return request.withWanted(limits) { wanted in
          Result { () throws(Unscored) in try call.decode(&input, &wanted) }
        }
      }
    }
    return try outcome.get()
  }
}

/// One decoding, until it is done or given up.
private final class PendingDecode: Expiring {
  typealias Outcome = Result<Media, Unscored>

  private struct State {
    var continuation: CheckedContinuation<Outcome, Never>?
    var outcome: Outcome?
    var isRunning = false
  }

  private let pluginID: String
  private let lane: Lane
  private let timeoutMilliseconds: Int
  private let state = Mutex(State())

  init(pluginID: String, lane: Lane, timeoutMilliseconds: Int) {
    self.pluginID = pluginID
    self.lane = lane
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  var isOver: Bool { state.withLock { $0.outcome != nil } }

  func begin(_ continuation: CheckedContinuation<Outcome, Never>) -> Bool {
    let outcome = state.withLock { state in
      if state.outcome == nil { state.continuation = continuation }
      return state.outcome
    }
    if let outcome { continuation.resume(returning: outcome) }
    return outcome == nil
  }

  func enter() -> Bool {
    state.withLock { state in
      state.isRunning = state.outcome == nil
      return state.isRunning
    }
  }

  func leave(_ outcome: Outcome) {
    if !finish(outcome) { lane.markFree() }
  }

  @discardableResult
  func finish(_ outcome: Outcome) -> Bool {
    let (isFirst, continuation, _) = take(outcome)
    continuation?.resume(returning: outcome)
    return isFirst
  }

  func expire() {
    giveUp(Unscored(.timeout, "decoder '\(pluginID)' did not finish within \(timeoutMilliseconds) ms"))
  }

  func giveUp(_ why: Unscored) {
    let (isFirst, continuation, isRunning) = take(.failure(why))
    if isFirst, isRunning { lane.markStuck() }
    continuation?.resume(returning: .failure(why))
  }

  private func take(_ outcome: Outcome) -> (Bool, CheckedContinuation<Outcome, Never>?, isRunning: Bool) {
    state.withLock { state in
      guard state.outcome == nil else { return (false, nil, state.isRunning) }
      state.outcome = outcome
      defer { state.continuation = nil }
      return (true, state.continuation, state.isRunning)
    }
  }
}
