import Judging
import LlamaScheduling
import PluginKit
import Wire

/// What the engine's thread does: asks the scheduler what to compute, has the context compute it, draws tokens, answers.
struct EngineLoop {
  private let model: LlamaModel
  private let context: Context
  private var scheduler: Scheduler
  private var writings: [UInt64: Writing] = [:]
  private var answers: [UInt64: Engine.Answer] = [:]

  init(_ model: LlamaModel, _ context: Context, _ options: LlamaOptions) {
    self.model = model
    self.context = context
    scheduler = Scheduler(
      slots: options.slots, rows: context.rows, batch: options.batch, keepsPrompts: !options.isStrict)
  }

  /// Until the engine is closed. `mail` waits where there is nothing else to do.
  mutating func run(_ mail: (_ waits: Bool) -> Engine.Mail) {
    while true {
      let mail = mail(scheduler.isIdle)
      for (id, question, answer) in mail.asked {
        writings[id] = Writing(question)
        answers[id] = answer
        scheduler.submit(Scheduler.Request(id: id, prompt: question.prompt, group: question.group))
      }
      for id in mail.cancelled { end(id, .failure(CancellationError())) }
      if mail.isClosed { break }
      expire()
      if !scheduler.isIdle { step() }
    }
    for id in answers.keys { end(id, .failure(PluginError(.cancelled, "the judge was closed"))) }
  }

  private mutating func end(_ id: UInt64, _ result: Result<JudgeReply, any Error>) {
    scheduler.end(id)
    writings[id] = nil
    answers.removeValue(forKey: id)?.resume(with: result)
  }

  private mutating func expire() {
    let now = ContinuousClock.now
    for (id, writing) in writings {
      guard let deadline = writing.question.deadline, deadline <= now else { continue }
      let state =
        scheduler.reused(by: id) == nil
        ? "waited for one of \(scheduler.slots) slots all the time"
        : "had written \(writing.count) of up to \(writing.question.maxTokens) tokens"
      end(id, .failure(PluginError(.timeout, "the time was over when the call \(state)", spent: writing.usage)))
    }
  }

  private mutating func step() {
    let step = scheduler.next()
    guard context.apply(step.actions) else {
      return fail("the model's cache cannot be cut back to an earlier token")
    }
    switch decode(step.entries) {
    case .done: break
    case .noRoom: return fail("the cache has no room for the calls at work")
    case .failed(let status): return fail("llama.cpp could not compute a step (status \(status)); its log has more")
    }
    scheduler.computed(step)
    for (at, entry) in step.entries.enumerated() where entry.isLast { write(entry.request, context.logits(after: at)) }
  }

  /// Prefixes that are kept make room for calls.
  private mutating func decode(_ entries: [Scheduler.Entry]) -> Context.Outcome {
    while true {
      let outcome = context.decode(entries)
      guard case .noRoom = outcome, let eviction = scheduler.evict() else { return outcome }
      guard context.apply([eviction]) else { return outcome }
    }
  }

  private mutating func write(_ id: UInt64, _ logits: UnsafeBufferPointer<Float>?) {
    guard var writing = writings[id], let logits else {
      return end(id, .failure(PluginError(.failed, "llama.cpp gave no logits; its log has more")))
    }
    writing.reused = scheduler.reused(by: id) ?? 0
    do {
      switch try writing.next(logits, model) {
      case .token(let token):
        scheduler.produced(token, of: id)
        writings[id] = writing
      case .finished(let reply): end(id, .success(reply))
      }
    } catch {
      end(id, .failure(error))
    }
  }

  private mutating func fail(_ why: String) {
    for id in scheduler.failed() {
      end(id, .failure(PluginError(.failed, why, spent: writings[id]?.usage ?? .init())))
    }
  }
}
