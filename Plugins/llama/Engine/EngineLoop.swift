import Judging
import LlamaScheduling
import PluginKit
import Wire

/// What the engine's thread does: asks the scheduler what to compute, has the context compute it, draws tokens, answers.
struct EngineLoop {
  private let model: LlamaModel
  private let context: Context
  private var media: MediaReader?
  private var scheduler: Scheduler
  private var writings: [UInt64: Writing] = [:]
  private var answers: [UInt64: Engine.Answer] = [:]

  init(_ model: LlamaModel, _ projector: Projector?, _ context: Context, _ options: LlamaOptions) {
    self.model = model
    self.context = context
    media = projector.map { MediaReader($0, cacheBytes: options.mediaCacheBytes) }
    scheduler = Scheduler(
      slots: options.slots, kept: context.rows - options.slots, batch: options.batch,
      leastCopied: context.leastCopied, block: Context.block, keepsPrompts: !options.isStrict)
  }

  /// Until the engine is closed. `mail` waits where there is nothing else to do.
  mutating func run(_ mail: (_ waits: Bool) -> Engine.Mail) {
    while true {
      let mail = mail(scheduler.isIdle)
      for (id, question, answer) in mail.asked {
        writings[id] = Writing(question)
        answers[id] = answer
        scheduler.submit(Scheduler.Request(id: id, prompt: question.prompt.units, group: question.group))
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
    switch step.work {
    case .none: break
    case .tokens(let entries):
      guard isDone(context.decode(entries)) else { return }
      scheduler.computed(step)
      for (at, entry) in entries.enumerated() where entry.isLast { write(entry.request, context.logits(after: at)) }
    case .media(let entry):
      guard let embeddings = embeddings(entry) else { return }
      guard isDone(context.decode(embeddings, at: entry)) else { return }
      scheduler.computed(step)
      if entry.isLast { write(entry.request, context.logits(after: -1)) }
    }
  }

  /// What is shown at a place; what cannot be shown ends its call alone.
  private mutating func embeddings(_ entry: Scheduler.MediaEntry) -> Embeddings? {
    do throws(PluginError) {
      guard let piece = writings[entry.request]?.question.prompt.media[entry.span.content],
        let embeddings = try media?.embeddings(of: piece)
      else { throw PluginError(.failed, "a picture or sound of the prompt is missing") }
      return embeddings
    } catch {
      end(entry.request, .failure(error))
      return nil
    }
  }

  /// false: everything at work has failed.
  private mutating func isDone(_ status: Int32) -> Bool {
    if status != 0 { fail("llama.cpp could not compute a step (status \(status)); its log has more") }
    return status == 0
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
