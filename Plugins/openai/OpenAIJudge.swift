internal import HTTP
public import JSON
public import Judging
public import PluginKit

/// What answers the calls of one kind of judge.
protocol EndpointJudge: Sendable {
  /// What the judge is, as it was configured.
  var description: PluginJudgeDescription { get }
  /// Answers one call; what is thrown has what it cost.
  func reply(to call: JudgeCall) async throws -> JudgeReply
}

/// A judge model behind a server that speaks OpenAI's protocol, or a reward model behind one of the endpoints for them.
public struct OpenAIJudge: AsyncPluginJudge, ProbingPluginJudge {
  private let options: Options
  private let judge: any EndpointJudge
  private let client: HTTPClient

  /// Opens the judge from the `options` of the configuration (docs/judges.md). No request is made.
  public init(config: JSONReader) throws {
    options = try Options(config)
    client = try options.client()
    let delivery = try options.connect(client)
    judge = options.judge(delivery)
  }

  /// What the judge is, as it was configured.
  public var description: PluginJudgeDescription { judge.description }

  /// Yes; how many, the open judge says.
  public static var offersLogprobs: Bool { true }

  /// Answers one call.
  public func reply(to call: JudgeCall) async throws -> JudgeReply { try await judge.reply(to: call) }

  /// Asks the server what it can do (docs/judges.md). Nothing is tried twice: what fails is a finding.
  public func probe(timeoutMilliseconds: Int) async throws -> ProbeReport {
    var once = options
    once.delivery.retries = 0
    var probe = Probe(options, delivery: try once.connect(client), milliseconds: timeoutMilliseconds)
    return try await probe.run()
  }

  /// Ends the connections.
  public func close() { client.close() }
}

extension Options {
  /// The judge of the configured kind.
  fileprivate func judge(_ delivery: any Delivering) -> any EndpointJudge {
    switch endpoint {
    case .chat(let chat): ChatJudge(self, chat, delivery: delivery)
    case .reward(let reward): RewardJudge(self, reward: reward, delivery: delivery)
    }
  }
}

extension RewardJudge: EndpointJudge {}
