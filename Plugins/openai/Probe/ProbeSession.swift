import JSON
import Judging
import Wire

/// What a probe asks with: it keeps the time, counts what everything cost, and tells a server's "no" from not having been able
/// to ask.
actor ProbeSession {
  /// How one question went.
  enum Outcome<Value: Sendable>: Sendable {
    case answered(Value)
    /// The server understood and refused, or gave what cannot be used: its words.
    case refused(String)
    /// Nothing was found out: no time, no connection, too much load.
    case unknown(String)
  }

  private let options: Options
  private let delivery: any Delivering
  private let end: ContinuousClock.Instant
  private let stepMilliseconds: Int
  private(set) var usage = Usage()

  /// A session of `milliseconds`; one question takes at most a third of it.
  init(_ options: Options, delivery: any Delivering, milliseconds: Int) {
    self.options = options
    self.delivery = delivery
    end = .now + .milliseconds(milliseconds)
    stepMilliseconds = milliseconds / 3
  }

  /// The JSON that a GET gives.
  func get(_ path: String, root: Letter.Root = .base) async -> Outcome<JSONValue> {
    await json(Letter(path: path, root: root))
  }

  /// The JSON that a POST gives.
  func post(_ path: String, root: Letter.Root = .base, _ body: JSONValue) async -> Outcome<JSONValue> {
    await json(Letter(path: path, root: root, body: Array(((try? JSONWriter.compact(body)) ?? "{}").utf8)))
  }

  private func json(_ letter: Letter) async -> Outcome<JSONValue> {
    await send(letter) { (delivered) throws(Unscored) in
      let answer = try ServerAnswer.object(delivered.body, from: source(delivered))
      usage = usage + ReplyUsage.read(answer)
      return answer
    }
  }

  /// A chat completion, written and read as for a judgment. `further` members go into the body besides the configured ones.
  func ask(
    _ call: JudgeCall, _ chat: ChatOptions, further: [(String, JSONValue)] = []
  ) async -> Outcome<ChatReply.Contents> {
    let samples = call.sampling.samples
    let body: [UInt8]
    do throws(Unscored) {
      let extra = JSONObject(options.extraBody.members.map { ($0.key, $0.value) } + further)
      body = try ChatRequest(call, model: options.model, options: chat, extra: extra).body(samples: samples, from: 0)
    } catch {
      return .unknown(error.message)
    }
    return await send(Letter(path: ChatRequest.path, body: body)) { (delivered) throws(Unscored) in
      let reader = ChatReply(
        source: source(delivered), samples: samples, topLogprobs: call.sampling.topLogprobs)
      let contents = try reader.read(delivered.body)
      usage = usage + contents.usage
      return contents
    }
  }

  /// A judgment of a reward model.
  func judge(_ messages: [JudgeMessage], _ reward: RewardOptions) async -> Outcome<JudgeReply> {
    if let late { return .unknown(late) }
    let call = JudgeCall(
      key: CallKey(item: "probe", response: 0, order: [0]), messages: messages, sampling: Sampling(), promptDigest: "",
      timeoutMilliseconds: stepMilliseconds)
    do throws(Unscored) {
      let reply = try await RewardJudge(options, reward: reward, delivery: delivery).reply(to: call)
      usage = usage + reply.usage
      return .answered(reply)
    } catch {
      usage = usage + error.spent
      switch error.reason {
      case .overloaded, .timeout, .cancelled: return .unknown(error.message)
      default: return .refused(error.message)
      }
    }
  }

  private func source(_ delivered: Delivered) -> ServerAnswer.Source {
    ServerAnswer.Source(model: options.model, delivered)
  }

  /// Why nothing more can be asked.
  private var late: String? {
    ContinuousClock.now < end && !Task.isCancelled ? nil : "not tried, the probe's time was over"
  }

  private func send<Value>(
    _ letter: Letter, _ read: (Delivered) throws(Unscored) -> Value
  ) async -> Outcome<Value> {
    if let late { return .unknown(late) }
    let delivered: Delivered
    do throws(DeliveryFailure) {
      delivered = try await delivery.deliver(letter, deadline: min(end, .now + .milliseconds(stepMilliseconds)))
    } catch {
      var spent = error.unscored.spent
      spent.requests = error.attempts
      usage = usage + spent
      guard let refusal = error.refusal, Self.isAnswer(refusal.status) else { return .unknown(error.unscored.message) }
      return .refused("\(refusal.status): \(refusal.message.isEmpty ? "without a word" : refusal.message)")
    }
    usage = usage + Usage(requests: delivered.attempts)
    do throws(Unscored) {
      return .answered(try read(delivered))
    } catch {
      usage = usage + error.spent
      return .refused(error.message)
    }
  }

  /// Load, keys and trouble on the way say nothing of what the server can do. 500 does: llama.cpp refuses with it.
  private static func isAnswer(_ status: Int) -> Bool {
    (400...501).contains(status) && ![401, 403, 407, 408, 425, 429].contains(status)
  }
}

extension JudgeCall {
  /// A question of a probe.
  init(probing parts: [JudgePart], system: String? = nil, shape: JSONValue? = nil, _ sampling: Sampling) {
    let messages = (system.map { [JudgeMessage(.system, [.text($0)])] } ?? []) + [JudgeMessage(.user, parts)]
    self.init(
      key: CallKey(item: "probe", order: [0]), messages: messages, sampling: sampling, promptDigest: "",
      answerShape: shape)
  }
}
