import JSON
import Judging
import PluginKit
import Synchronization
import Wire

/// A generative judge behind `/chat/completions`.
///
/// A call for several samples is one request with `n` where the server can, and as many requests as it takes where it cannot:
/// the call ends with exactly the replies that were asked for, or with an error.
final class ChatJudge: EndpointJudge {
  let description: PluginJudgeDescription
  private let model: String
  private let options: ChatOptions
  private let extra: JSONObject
  private let delivery: any Delivering
  private let keys = IdempotencyKeys()
  /// The most replies that are asked for in one request: as configured, or fewer where the server was seen to give fewer.
  private let largestN: Mutex<Int>

  init(_ options: Options, _ chat: ChatOptions, delivery: any Delivering) {
    description = options.description(chat)
    model = options.model
    self.options = chat
    extra = options.extraBody
    self.delivery = delivery
    largestN = Mutex(chat.maxN)
  }

  /// Answers one call. What was spent is in the reply, or in the error.
  func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    let request = try ChatRequest(call, model: model, options: options, extra: extra)
    let deadline = call.deadline
    var samples = SampleTally(count: call.sampling.samples, limit: largestN.withLock { $0 })
    while !samples.isComplete {
      let batches = samples.nextBatches()
      let answers = await send(batches, request, call, deadline)
      let learned = samples.take(answers, for: batches)
      if let learned { largestN.withLock { $0 = min($0, learned) } }
      if let failure = samples.failure { throw failure }
    }
    return samples.reply
  }

  /// Sends the batches at once. Where one of them fails for good the others are cancelled, since the call fails with it.
  private func send(
    _ batches: [SampleTally.Batch], _ request: ChatRequest, _ call: JudgeCall, _ deadline: ContinuousClock.Instant
  ) async -> [SampleTally.Answer] {
    if batches.count == 1 { return [await send(batches[0], request, call, deadline)] }
    return await withTaskGroup(of: (Int, SampleTally.Answer).self) { group in
      for (place, batch) in batches.enumerated() {
        group.addTask { (place, await self.send(batch, request, call, deadline)) }
      }
      var answers: [Int: SampleTally.Answer] = [:]
      for await (place, answer) in group {
        answers[place] = answer
        if case .failure(let failure) = answer, failure.refusalOfSeveral(in: batches[place]) == nil {
          group.cancelAll()
        }
      }
      return batches.indices.compactMap { answers[$0] }
    }
  }

  private func send(
    _ batch: SampleTally.Batch, _ request: ChatRequest, _ call: JudgeCall, _ deadline: ContinuousClock.Instant
  ) async -> SampleTally.Answer {
    let letter = Letter(
      path: ChatRequest.path, body: request.body(samples: batch.count, from: batch.first),
      idempotencyKey: keys.next(), traceParent: call.traceParent)
    let delivered: Delivered
    do throws(DeliveryFailure) {
      delivered = try await delivery.deliver(letter, deadline: deadline)
    } catch {
      return .failure(SampleTally.Failure(error))
    }
    let requests = Usage(requests: delivered.attempts)
    let source = ServerAnswer.Source(model: model, delivered)
    do throws(Unscored) {
      let reader = ChatReply(source: source, samples: batch.count, topLogprobs: call.sampling.topLogprobs)
      let contents = try reader.read(delivered.body)
      return .success((contents.replies, contents.usage + requests))
    } catch {
      return .failure(SampleTally.Failure(Unscored(error.reason, error.message, spent: error.spent + requests)))
    }
  }

}
