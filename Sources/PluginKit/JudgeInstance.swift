internal import CCupelPlugin
import Dispatch
import Judging
import PluginBridge
import Synchronization
import Wire

/// An open judge as the C functions see it.
protocol JudgeInstance: AnyObject, Sendable {
  var judge: any OpenablePluginJudge { get }
  /// Takes a call that lives until this returns.
  func submit(_ call: UnsafePointer<cupel_call>, _ answer: Answer, ticket: UnsafeMutablePointer<UInt64>) throws
  func cancel(_ ticket: UInt64)
  func close()
}

extension JudgeInstance {
  var description: PluginJudgeDescription { judge.description }
}

/// Where the answer to one call goes. Whoever holds it uses it once.
struct Answer: @unchecked Sendable {
  // @unchecked: the host allows its callback, with this context, on any thread.
  let function: cupel_on_reply
  let context: UnsafeMutableRawPointer?

  func send(_ reply: JudgeReply) {
    Arena.withSpare { arena in function(context, Status.ok.rawValue, reply.view(in: arena), cupel_text()) }
  }

  func send(_ error: PluginError) {
    Arena.withSpare { arena in
      let spent = Unscored(.judgeError, "", spent: error.spent).spentView(in: arena)
      error.message.withView { function(context, error.status.rawValue, spent, $0) }
    }
  }
}

/// A judge that has answered when submit returns: nothing is ever outstanding.
final class SynchronousInstance: JudgeInstance {
  private let synchronous: any PluginJudge

  init(_ judge: any PluginJudge) { synchronous = judge }

  var judge: any OpenablePluginJudge { synchronous }

  func submit(_ call: UnsafePointer<cupel_call>, _ answer: Answer, ticket: UnsafeMutablePointer<UInt64>) throws {
    let reply = try synchronous.reply(to: JudgeCall(copying: call))
    answer.send(reply)
  }

  func cancel(_ ticket: UInt64) {}
  func close() { judge.close() }
}

/// A judge whose calls run as tasks. The answer of a call is in `outstanding` until somebody takes it out to use it: the task
/// when it is done, or close. That is what makes it exactly one.
final class AsynchronousInstance: JudgeInstance {
  private struct Outstanding {
    let answer: Answer
    var task: Task<Void, Never>?
    var isCancelled = false
  }

  private struct State {
    var outstanding: [UInt64: Outstanding] = [:]
    var lastTicket: UInt64 = 0
  }

  private let asynchronous: any AsyncPluginJudge
  private let state = Mutex(State())
  /// Answers that have been taken out and are on their way: close returns after them.
  private let sending = DispatchGroup()

  private let startsAtOnce: Bool

  init(_ judge: any AsyncPluginJudge) {
    asynchronous = judge
    startsAtOnce = judge.description.submitsAtOnce != .never
  }

  var judge: any OpenablePluginJudge { asynchronous }

  func submit(_ call: UnsafePointer<cupel_call>, _ answer: Answer, ticket: UnsafeMutablePointer<UInt64>) throws {
    let call = try JudgeCall(copying: call)
    let number = state.withLock { state in
      state.lastTicket += 1
      state.outstanding[state.lastTicket] = Outstanding(answer: answer)
      return state.lastTicket
    }
    ticket.pointee = number
    // Where the judge says that its calls soon suspend, the way there is gone on this thread.
    let task =
      startsAtOnce
      ? Task.immediateDetached { await self.run(call, number) } : Task.detached { await self.run(call, number) }
    let isCancelled = state.withLock { state in
      state.outstanding[number]?.task = task
      return state.outstanding[number]?.isCancelled ?? false
    }
    if isCancelled { task.cancel() }
  }

  private func run(_ call: JudgeCall, _ ticket: UInt64) async {
    do {
      let reply = try await asynchronous.reply(to: call)
      answer(ticket) { $0.send(reply) }
    } catch {
      answer(ticket) { $0.send(PluginError(any: error)) }
    }
  }

  /// Answers a call that nobody has answered yet.
  private func answer(_ ticket: UInt64, _ send: (Answer) -> Void) {
    let taken = state.withLock { state -> Answer? in
      guard let call = state.outstanding.removeValue(forKey: ticket) else { return nil }
      // Under the lock: close sees the call either in `outstanding` or on its way, never in between.
      sending.enter()
      return call.answer
    }
    guard let taken else { return }
    send(taken)
    sending.leave()
  }

  func cancel(_ ticket: UInt64) {
    let task = state.withLock { state in
      state.outstanding[ticket]?.isCancelled = true
      return state.outstanding[ticket]?.task
    }
    task?.cancel()
  }

  func close() {
    let left = state.withLock { state in
      defer { state.outstanding = [:] }
      return Array(state.outstanding.values)
    }
    for call in left {
      call.task?.cancel()
      call.answer.send(PluginError(.cancelled, "the judge was closed"))
    }
    // The host's callback copies and returns; it never blocks, so this wait is as short as a copy.
    sending.wait()
    judge.close()
  }
}
