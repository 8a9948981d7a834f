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
  private let delivery: any Delivering

  /// A judge of one of the kinds for reward models.
  init(_ options: Options, reward: RewardOptions, delivery: any Delivering) {
    self.options = reward
    self.delivery = delivery
    model = options.model
    request = RewardRequest(options: reward, model: options.model, extraBody: options.extraBody)
    reader = RewardReplyReader(options: reward)
    score = RewardScore(options: reward)
    description = options.description(reward)
  }

  /// What the one number is called.
  static let scoreName = "reward"

  let description: PluginJudgeDescription

  /// The reward for the last turn of the call. Throws ``Unscored`` with what the attempt has cost.
  func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply {
    var conversation = try RewardConversation(call)
    let steps = try mark(&conversation)
    var letter = try request.letter(conversation)
    letter.traceParent = call.traceParent
    let delivered = try await deliver(letter, call)
    let source = ServerAnswer.Source(model: model, delivered)
    var spent = Usage(requests: delivered.attempts)
    do throws(Unscored) {
      let answer = try reader.read(delivered.body, from: source)
      spent = spent + answer.usage
      let measured = try score.measured(answer, steps: steps)
      return JudgeReply(
        finish: nil, model: answer.model, usage: spent,
        scores: [CriterionScore(name: Self.scoreName, .success(measured))])
    } catch {
      throw Unscored(error.reason, error.message, spent: spent)
    }
  }

  /// Puts the marker after each step of the response, and says how many there are.
  private func mark(_ conversation: inout RewardConversation) throws(Unscored) -> Int {
    guard let steps = options.steps else { return 1 }
    if let turn = try conversation.turns().first(where: { $0.holds(steps.marker) }) {
      throw Unscored(
        .invalidInput, "a turn of the \(turn.role.rawValue) holds '\(steps.marker)', which marks the ends of steps")
    }
    let parts = steps.split(try conversation.response())
    guard !parts.isEmpty else { throw Unscored(.invalidInput, "the response has no steps") }
    conversation.setResponse(steps.marked(parts))
    return parts.count
  }

  private func deliver(_ letter: Letter, _ call: JudgeCall) async throws(Unscored) -> Delivered {
    do throws(DeliveryFailure) {
      return try await delivery.deliver(letter, deadline: call.deadline)
    } catch {
      let spent = error.unscored.spent + Usage(requests: error.unscored.spent.requests == nil ? error.attempts : nil)
      throw Unscored(error.unscored.reason, error.unscored.message, spent: spent)
    }
  }
}
