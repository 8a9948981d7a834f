public import CCupelPlugin
import OpenAI
import PluginKit

private let plugin = Plugin(
  id: "openai", version: "0.1.0", summary: "Judge models behind a server: OpenAI-compatible chat, and reward models.",
  judge: OpenAIJudge.self)

/// The one symbol that the library exports.
@c @implementation public func cupel_plugin_entry(_ hostABI: UInt32) -> UnsafePointer<cupel_plugin>? {
  plugin.descriptor
}
