// A plugin on PluginKit whose judge answers later, for the tests of the kit: what it does is in the call's prompt digest.
public import CCupelPlugin
import JSON
import Judging
import PluginKit
import Wire

private struct KitJudge: AsyncPluginJudge, ProbingPluginJudge {
  private let name: String

  init(config: JSONReader) throws {
    try config.allowOnly("name")
    name = try config["name"]?.string() ?? "kit"
    PluginLog.log(.debug, "opened \(name)")
  }

  var description: PluginJudgeDescription {
    PluginJudgeDescription(
      kind: .generative, model: name, fingerprint: name, maxInFlight: 9, maxTopLogprobs: 3, maxSamples: 4,
      submitsAtOnce: name == "texts at once" ? .texts(maxBytes: 64) : name.hasSuffix("at once") ? .always : .never)
  }

  func probe(timeoutMilliseconds: Int) async throws -> ProbeReport {
    switch name {
    case "unreachable": throw PluginError(.failed, "nothing listens there")
    case "asleep": while true { try await Task.sleep(for: .seconds(3600)) }
    default:
      return ProbeReport(
        findings: [.init("model", .yes, name), .init("sound", .no, "400: no audio")], usage: Usage(requests: 2),
        options: JSONObject([("name", .string(name))]))
    }
  }

  static var offersLogprobs: Bool { true }

  func reply(to call: JudgeCall) async throws -> JudgeReply {
    switch call.promptDigest {
    case "wait":
      while true { try await Task.sleep(for: .seconds(3600)) }
    case "ignore cancel":
      // Comes back when it is cancelled, with an answer all the same.
      try? await Task.sleep(for: .seconds(3600))
      return JudgeReply(text: "anyway")
    case "plugin error": throw PluginError(.overloaded, "busy")
    case "paid for": throw Unscored(.judgeError, "half a reply", spent: Usage(completionTokens: 7, requests: 3))
    case "samples":
      let more = (1..<call.sampling.samples).map { JudgeReply(text: "sample \($0)") }
      return JudgeReply(text: "sample 0", usage: Usage(completionTokens: 9, requests: 1), more: more)
    case "trace": return JudgeReply(text: call.traceParent?.text ?? "none")
    case "too few": return JudgeReply(text: "sample 0")
    case "unscored": throw Unscored(.truncated, "cut off")
    case "json error": throw JSONError("bad field", path: "a.b")
    case "other error": throw SomethingElse()
    default:
      await Task.yield()
      let texts = call.messages.flatMap(\.parts).map { if case .text(let text) = $0 { text } else { "media" } }
      let more = (1..<call.sampling.samples).map { JudgeReply(text: "sample \($0)") }
      return JudgeReply(text: texts.joined(separator: "|"), model: name, usage: Usage(requests: 1), more: more)
    }
  }
}

private struct SomethingElse: Error, CustomStringConvertible {
  var description: String { "something else" }
}

private let plugin = Plugin(
  id: "kit", version: "2.1.0", summary: "For the tests of PluginKit.", judge: KitJudge.self)

/// The one symbol that the library exports.
@c @implementation public func cupel_plugin_entry(_ hostABI: UInt32) -> UnsafePointer<cupel_plugin>? {
  plugin.descriptor
}
