public import JSON
public import Judging
public import PluginKit
import Wire

/// A judge model behind a server that speaks OpenAI's protocol, or a reward model behind one of the endpoints for them.
public struct OpenAIJudge: AsyncPluginJudge {
  private let options: Options
  private let chat: ChatJudge

  /// Opens the judge from the `options` of the configuration (docs/judges.md). No request is made.
  public init(config: JSONReader) throws {
    _ = try Options(config)
    throw config.error("the openai plugin is being built")
  }

  init(_ options: Options, delivery: any Delivering) throws {
    guard let chat = options.chat else {
      throw options.reader.error("reward models are being built")
    }
    self.options = options
    self.chat = ChatJudge(options, chat, delivery: delivery)
  }

  /// What the judge is, as it was configured.
  public var description: PluginJudgeDescription { options.description }

  /// Yes; how many, the open judge says.
  public static var offersLogprobs: Bool { true }

  /// Answers one call.
  public func reply(to call: JudgeCall) async throws -> JudgeReply { try await chat.reply(to: call) }
}
