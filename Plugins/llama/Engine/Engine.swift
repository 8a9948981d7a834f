import Dispatch
import Judging
import PluginKit
import Synchronization

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
    var last: UInt64 = 0
  }

  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  init(_ model: LlamaModel, _ context: Context, _ options: LlamaOptions) {
    let queue = DispatchQueue(label: "llama", qos: .userInitiated)
    queue.async { [self] in
      var loop = EngineLoop(model, context, options)
      loop.run { self.mail(waits: $0) }
      ended.signal()
    }
  }

  /// The reply. A task that is cancelled gives its slot back before the next step.
  func reply(to question: Question) async throws -> JudgeReply {
    let id = state.withLock { state in
      state.last += 1
      return state.last
    }
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
