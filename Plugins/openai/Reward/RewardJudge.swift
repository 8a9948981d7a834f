import JSON
import Judging
import PluginKit
import Wire

/// A reward model behind a server: one request for each response, one number back.
struct RewardJudge: Sendable {
  private let request: RewardRequest
  private let reader: RewardReplyReader
  private let score: RewardScore
  private let options: RewardOptions
  private let model: String
  private let maxInFlight: Int
  private let delivery: any Delivering

  /// A judge of one of the kinds for reward models.
  init(_ options: Options, reward: RewardOptions, delivery: any Delivering) {
    self.options = reward
    self.delivery = delivery
    model = options.model
    maxInFlight = options.delivery.maxInFlight
    request = RewardRequest(options: reward, model: options.model, extraBody: options.extraBody)
    reader = RewardReplyReader(options: reward)
    score = RewardScore(options: reward)
  }

  /// What the one number is called.
  static let scoreName = "reward"
  /// Raised when any answer would be read differently.
  private static let version = "reward@1"

  var description: PluginJudgeDescription {
    PluginJudgeDescription(
      kind: .scoring, model: model, fingerprint: Self.version, criteria: [Self.scoreName], maxInFlight: maxInFlight)
  }

  /// The reward for the last turn of the call. Throws ``Unscored`` with what the attempt has cost.
  func reply(to call: JudgeCall) async throws -> JudgeReply {
    var conversation = try RewardConversation(call)
    let steps = try mark(&conversation)
    let delivered = try await deliver(try request.letter(conversation), call)
    let requests = Usage(requests: delivered.attempts)
    let answer: RewardReply
    do throws(JSONError) {
      answer = try reader.read(delivered.body)
    } catch {
      throw Unscored(
        .judgeError, "\(delivered.server): the answer is not that of kind \(options.kind.rawValue): \(error)",
        spent: requests)
    }
    do throws(Unscored) {
      let measured = try score.measured(answer, steps: steps)
      return JudgeReply(
        finish: nil, model: answer.model, usage: answer.usage + requests,
        scores: [CriterionScore(name: Self.scoreName, .success(measured))])
    } catch {
      throw Unscored(error.reason, error.message, spent: answer.usage + requests)
    }
  }

  /// Puts the marker after each step of the response, and says how many there are.
  private func mark(_ conversation: inout RewardConversation) throws(Unscored) -> Int {
    guard let steps = options.steps else { return 1 }
    if let turn = conversation.turns.first(where: { $0.holds(steps.marker) }) {
      throw Unscored(
        .invalidInput, "a turn of the \(turn.role.rawValue) holds '\(steps.marker)', which marks the ends of steps")
    }
    let parts = steps.split(conversation.response)
    guard !parts.isEmpty else { throw Unscored(.invalidInput, "the response has no steps") }
    conversation.response = steps.marked(parts)
    return parts.count
  }

  private func deliver(_ letter: Letter, _ call: JudgeCall) async throws(Unscored) -> Delivered {
    do throws(DeliveryFailure) {
      return try await delivery.deliver(letter, deadline: call.deadline)
    } catch {
      let spent = error.unscored.spent + Usage(requests: error.unscored.spent.requests == nil ? error.attempts : nil)
      guard let refusal = error.refusal, TooLong.isMeant(by: refusal) else {
        throw Unscored(error.unscored.reason, error.unscored.message, spent: spent)
      }
      throw Unscored(.invalidInput, "the conversation is too long for the model: \(refusal.message)", spent: spent)
    }
  }
}

extension JudgeCall {
  /// A call without a deadline of its own may take a day: nothing waits for ever.
  fileprivate var deadline: ContinuousClock.Instant {
    .now + .milliseconds(timeoutMilliseconds ?? 86_400_000)
  }
}

/// A refusal that says that the input does not fit the model.
enum TooLong {
  private static let words = [
    "context length", "longer than the model", "must have less than", "max_model_len", "too many tokens",
    "input is too large", "too long", "exceeds the maximum", "maximum model length",
  ]

  /// By the server's words, since the statuses (400, 413, 422, llama.cpp's 500) say less.
  static func isMeant(by refusal: DeliveryFailure.Refusal) -> Bool {
    guard [400, 413, 422, 500].contains(refusal.status) else { return false }
    let message = refusal.message.lowercased()
    return words.contains { message.contains($0) }
  }
}
