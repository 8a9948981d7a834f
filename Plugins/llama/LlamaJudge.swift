public import JSON
public import Judging
public import PluginKit
import Wire

/// A judge model in the process: a GGUF file, through llama.cpp.
public struct LlamaJudge: AsyncPluginJudge {
  let reader: JSONReader
  let options: LlamaOptions
  let model: LlamaModel
  /// nil: it reads text alone.
  let projector: Projector?
  let context: Context
  private let engine: Engine

  /// Loads the model and makes its cache (Plugins/llama/README.md has the options).
  public init(config: JSONReader) throws {
    reader = config
    options = try LlamaOptions(config)
    model = try LlamaModel(options)
    projector = try options.mmproj.map { [options, model] path in try Projector(path: path, model, options) }
    context = try Context(model, projector, options)
    engine = Engine(model, projector, context, options)
  }

  /// Yes; how many, the open judge says.
  public static var offersLogprobs: Bool { true }

  /// What the files are. The fingerprint is over their content and the version of llama.cpp; the host adds the options.
  public var description: PluginJudgeDescription {
    PluginJudgeDescription(
      kind: .generative, model: model.name ?? model.summary,
      fingerprint: Digest.sha256(
        (["llama.cpp \(LlamaModel.libraryVersion)", model.file.digest] + (projector.map { [$0.file.digest] } ?? []))
          .joined(separator: " ")),
      modalities: [.text] + (projector?.sees == true ? [.image, .frames] : [])
        + (projector?.rate != nil ? [.sound] : []),
      maxInFlight: options.slots + options.maxWaiting,
      maxTopLogprobs: options.maxTopLogprobs)
  }

  /// Answers one call.
  public func reply(to call: JudgeCall) async throws -> JudgeReply {
    try model.file.checkUnchanged()
    try projector?.file.checkUnchanged()
    return try await engine.reply(
      to: Question(call, model: model, projector: projector, options: options, context: context))
  }

  /// Ends what is still being answered.
  public func close() { engine.close() }
}
