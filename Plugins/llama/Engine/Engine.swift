import Dispatch
import Judging
import PluginKit
import Synchronization
import Wire

/// Takes questions from any thread and has one thread of its own answer them: no other touches the context.
final class Engine: Sendable {
  typealias Answer = CheckedContinuation<JudgeReply, any Error>

  /// What has come in since the thread last looked.
  struct Mail {
    var asked: [(id: UInt64, question: Question, answer: Answer)] = []
    var cancelled: [UInt64] = []
    var isClosed = false
  }

  private struct State {
    var mail = Mail()
    /// Calls that have come in and not been answered.
    var open = 0
    var last: UInt64 = 0
  }

  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let limits: (slots: Int, waiting: Int)

  init(_ model: LlamaModel, _ projector: Projector?, _ context: Context, _ options: LlamaOptions) {
    limits = (options.slots, options.maxWaiting)
    let queue = DispatchQueue(label: "llama", qos: .userInitiated)
    queue.async { [self] in
      var loop = EngineLoop(model, projector, context, options)
      loop.run { self.mail(waits: $0) }
      ended.signal()
    }
  }

  /// The reply. A task that is cancelled gives its slot back before the next step. Throws `overloaded` where too many wait.
  func reply(to question: Question) async throws -> JudgeReply {
    let id = try enter()
    defer { state.withLock { $0.open -= 1 } }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { answer in
        let isClosed = post { mail in
          guard !mail.isClosed else { return true }
          mail.asked.append((id, question, answer))
          return false
        }
        if isClosed { answer.resume(throwing: PluginError(.cancelled, "the judge was closed")) }
        // A cancellation that came before the question did was of no effect.
        if Task.isCancelled { cancel(id) }
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func enter() throws(PluginError) -> UInt64 {
    let id: UInt64? = state.withLock { state in
      guard state.open < limits.slots + limits.waiting else { return nil }
      state.open += 1
      state.last += 1
      return state.last
    }
    if let id { return id }
    throw PluginError(
      .overloaded,
      "\(limits.slots) calls are at work and \(limits.waiting) wait already; raise 'max_waiting', or lower 'max_in_flight' of the judge",
      spent: Usage(promptTokens: 0, completionTokens: 0))
  }

  /// Ends the thread; what is still being answered is cancelled.
  func close() {
    post { $0.isClosed = true }
    ended.wait()
    ended.signal()
  }

  private func cancel(_ id: UInt64) { post { $0.cancelled.append(id) } }

  @discardableResult private func post<Value: Sendable>(_ change: @Sendable (inout Mail) -> Value) -> Value {
    defer { arrived.signal() }
    return state.withLock { change(&$0.mail) }
  }

  /// All that has come in; `waits`: at least until somebody has posted something.
  private func mail(waits: Bool) -> Mail {
    if waits { arrived.wait() }
    return state.withLock { state in
      defer {
        state.mail.asked = []
        state.mail.cancelled = []
      }
      return state.mail
    }
  }
}
