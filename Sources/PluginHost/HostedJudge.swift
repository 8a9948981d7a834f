public import Judging
public import Wire
import Synchronization

/// A judge of a plugin, as the pipeline uses it. Closed when the last reference goes, or by ``close()``.
///
/// - The plugin's functions run on threads of their own, so a plugin that hangs costs nobody else anything.
/// - A call is over at its deadline and when its task is cancelled, whatever the plugin does.
/// - Only `submit` of a judge that says it returns at once runs on the caller's thread, and both hold when it has returned.
/// - Whatever the plugin answers is checked before it becomes a ``JudgeReply``.
public final class HostedJudge: Judge {
  /// What the plugin says of the judge, with the host's fingerprint.
  public let description: JudgeDescription
  private let judge: OpenJudge
  private let isClosed = Atomic(false)

  /// How often the judge broke the contract, or was too slow.
  public struct Counts: Sendable, Hashable {
    /// Calls that ended at their deadline.
    public var timeouts = 0
    /// Answers to calls that had ended before.
    public var lateReplies = 0
    /// Second answers, and answers after close.
    public var strayReplies = 0
    /// Calls whose deadline came in a submit that was to return at once, and did not.
    public var slowSubmits = 0

    /// Nothing yet.
    public init() {}
  }

  init(description: JudgeDescription, judge: OpenJudge) {
    self.description = description
    self.judge = judge
  }

  deinit {
    if !isClosed.load(ordering: .acquiring) { _ = judge.close {} }
  }

  /// The counts so far.
  public var counts: Counts { judge.counters.current }

  /// Answers one call; see ``Judge/reply(to:)``. It belongs to the trace of the task, where it belongs to none yet.
  public func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    guard !isClosed.load(ordering: .acquiring) else {
      throw Unscored(.cancelled, "the judge '\(description.name)' is closed")
    }
    var call = call
    if call.traceParent == nil { call.traceParent = .current }
    return try await answer(to: call)
  }

  private func answer(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    let pending = judge.newCall(call)
    // What is answered when submit has returned needs nobody who waits, or might stop waiting.
    let isBegun = !Task.isCancelled && judge.isAtOnce(call)
    if isBegun {
      judge.start(pending, call)
      if let outcome = pending.outcome { return try outcome.get() }
    }
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if pending.begin(continuation), !isBegun { judge.start(pending, call) }
      }
    } onCancel: {
      pending.cancel()
    }
    return try outcome.get()
  }

  /// Finds out by trying what stands behind the judge: models, modalities, log-probabilities. Costs requests, and tokens.
  ///
  /// - Parameter timeoutMilliseconds: The plugin is to return within it.
  /// - Throws: where the plugin has no probe, or could find out nothing at all.
  public func probe(timeoutMilliseconds: Int) async throws(Unscored) -> ProbeReport {
    guard !isClosed.load(ordering: .acquiring) else {
      throw Unscored(.cancelled, "the judge '\(description.name)' is closed")
    }
    let outcome = await withCheckedContinuation { continuation in
      judge.probe(timeoutMilliseconds: timeoutMilliseconds) { continuation.resume(returning: $0) }
    }
    return try outcome.get()
  }

  /// Closes the judge: calls that are out end as `cancelled`, later ones are refused. Returns when the plugin is done, or at once
  /// where a call hangs inside it.
  public func close() async {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    await withCheckedContinuation { continuation in
      let once = Once(continuation)
      if !judge.close(then: { once.resume() }) { once.resume() }
    }
  }
}

/// Resumes a continuation the first time.
private final class Once: Sendable {
  private let continuation: Mutex<CheckedContinuation<Void, Never>?>

  init(_ continuation: CheckedContinuation<Void, Never>) { self.continuation = Mutex(continuation) }

  func resume() {
    continuation.withLock { continuation in
      continuation?.resume()
      continuation = nil
    }
  }
}
