public import JSON
public import Judging
public import PluginKit

/// A judge model behind a server that speaks OpenAI's protocol, or a reward model behind one of the endpoints for them.
public struct OpenAIJudge: AsyncPluginJudge {
  /// Opens the judge from the `options` of the configuration (docs/judges.md).
  public init(config: JSONReader) throws {
    _ = try Options(config)
    throw config.error("the openai plugin is being built")
  }

  /// What the judge is, as it was configured.
  public var description: PluginJudgeDescription { PluginJudgeDescription(kind: .generative, fingerprint: "") }

  /// Yes; how many, the open judge says.
  public static var offersLogprobs: Bool { true }

  /// Answers one call.
  public func reply(to call: JudgeCall) async throws -> JudgeReply { throw CancellationError() }
}
