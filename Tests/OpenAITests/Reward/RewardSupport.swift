import JSON
import Judging
import Synchronization
import Wire

@testable import OpenAI

/// Delivers what it is told to, and remembers what it was to deliver.
final class FixedDelivery: Delivering {
  private let answer: Result<String, DeliveryFailure>
  private let sent = Mutex<[Letter]>([])

  init(_ body: String) { answer = .success(body) }
  init(_ failure: DeliveryFailure) { answer = .failure(failure) }

  var letters: [Letter] { sent.withLock { $0 } }

  func deliver(_ letter: Letter, deadline: ContinuousClock.Instant) async throws(DeliveryFailure) -> Delivered {
    sent.withLock { $0.append(letter) }
    return Delivered(body: Array(try answer.get().utf8), attempts: 2, server: "http://h/v1")
  }
}

extension Letter {
  /// The body as JSON text with sorted keys.
  var text: String {
    body.flatMap { try? JSONParser.parse($0) }.flatMap { try? JSONWriter.canonical($0) } ?? "none"
  }
}

enum Reward {
  /// A judge with these options beside URL and model.
  static func judge(_ kind: String, _ reward: String = "{}", _ delivery: any Delivering, more: String = "") throws
    -> RewardJudge
  {
    let options = try options(kind, reward, more: more)
    guard let own = options.reward else { throw JSONError("no reward model") }
    return RewardJudge(options, reward: own, delivery: delivery)
  }

  static func options(_ kind: String, _ reward: String, more: String = "") throws(JSONError) -> Options {
    let text = #"{"url": "http://h/v1", "model": "rm", "kind": "\#(kind)", "reward": \#(reward)\#(more)}"#
    return try Options(JSONReader(JSONParser.parse(text)))
  }

  static let plain: [(JudgeMessage.Role, String)] = [(.user, "6 × 7?"), (.assistant, "42")]

  static func call(_ messages: [(JudgeMessage.Role, String)] = plain) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: "q", response: 0, order: [0]), messages: messages.map { JudgeMessage($0.0, [.text($0.1)]) },
      sampling: Sampling(), promptDigest: "sha256:0", timeoutMilliseconds: 1_800_000)
  }

  /// What the judge makes of a reply with this body.
  static func outcome(
    _ kind: String, _ reward: String, reply: String, _ call: JudgeCall = call()
  ) async throws -> Result<JudgeReply, Unscored> {
    do {
      return .success(try await judge(kind, reward, FixedDelivery(reply)).reply(to: call))
    } catch let error as Unscored {
      return .failure(error)
    }
  }
}

extension Result where Success == JudgeReply, Failure == Unscored {
  /// The one number of the reply.
  var measured: CriterionScore.Measured? { try? get().scores[0].outcome.get() }
  var problem: Unscored? { if case .failure(let unscored) = self { unscored } else { nil } }
}
