internal import CCupelPlugin
import Media
import PluginBridge
import Synchronization
import Wire

/// A decoder of a plugin. Runs in this process, on threads of its own, under a deadline.
final class HostedDecoder: MediaDecoder, @unchecked Sendable {
  // @unchecked: the table is static, and its functions may be called from any thread.
  private let pluginID: String
  private let table: UnsafePointer<cupel_decoder>
  private let lane: Lane
  /// How much longer than it was told a decoder may take before the host gives up on it: it says better why.
  private static let graceMilliseconds = 500

  init(pluginID: String, table: UnsafePointer<cupel_decoder>) {
    self.pluginID = pluginID
    self.table = table
    lane = Lane()
  }

  deinit { _ = lane.finish { _ in } }

  func score(head: [UInt8]) -> Int {
    let score = head.withUnsafeBufferPointer { bytes in
      table.pointee.probe?(cupel_bytes(data: bytes.baseAddress, size: bytes.count)) ?? 0
    }
    return min(max(Int(score), 0), 100)
  }

  func decode(_ bytes: [UInt8], request: MediaRequest, limits: MediaLimits) async throws(Unscored) -> Media {
    guard bytes.count <= limits.maxInputBytes else {
      throw Unscored(
        .invalidInput,
        "the file is \(bytes.count) bytes large, over the limit max_input_bytes = \(limits.maxInputBytes)")
    }
    let pending = PendingDecode(pluginID: pluginID, lane: lane, timeoutMilliseconds: limits.timeoutMilliseconds)
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard pending.begin(continuation) else { return }
        let isTaken = lane.run { _ in
          guard pending.enter() else { return }
          // The time in the queue is not the file's: many large ones at once are slow, not broken.
          DeadlineClock.shared.watch(pending, milliseconds: limits.timeoutMilliseconds + Self.graceMilliseconds)
          let outcome = Result { () throws(Unscored) in try self.decodeNow(bytes, request, limits) }
          pending.leave(outcome)
        }
        if !isTaken {
          pending.finish(.failure(Unscored(.judgeError, "too many files hang in decoder '\(pluginID)'")))
        }
      }
    } onCancel: {
      pending.giveUp(Unscored(.cancelled, "the decoding was cancelled"))
    }
    return try outcome.get()
  }

  private func decodeNow(
    _ bytes: [UInt8], _ request: MediaRequest, _ limits: MediaLimits
  ) throws(Unscored) -> Media {
    let collector = MediaCollector(limits: limits)
    let errors = ErrorBox()
    var sink = collector.sink
    let code = bytes.withUnsafeBytes { raw in
      var source = InputSource(bytes: raw)
      return withUnsafeMutablePointer(to: &source) { context in
        var input = InputSource.input(context)
        return request.withWanted(limits) { wanted in
          table.pointee.decode?(&input, &wanted, &sink, errors.pointer) ?? Status.failed.rawValue
        }
      }
    }
    let media = try withExtendedLifetime(collector) { () throws(Unscored) in try collector.result() }
    guard Status(code: code) == .ok else {
      throw Unscored(
        Status(code: code).reason, errors.take()?.message ?? "decoder '\(pluginID)' failed and does not say why")
    }
    guard media.image != nil || !media.frames.isEmpty || media.sound != nil else {
      if request.kinds != .all {
        throw Unscored(.invalidInput, "decoder '\(pluginID)' found nothing of the kind that was asked for")
      }
      throw Unscored(.judgeError, "decoder '\(pluginID)' found neither picture nor sound and did not say why")
    }
    return media
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
