public import CCupelPlugin
import Llama
import PluginKit

private let plugin = Plugin(
  id: "llama", version: "0.1.0", summary: "A judge model in the process: llama.cpp, GGUF files; text, pictures, sound.",
  judge: LlamaJudge.self)

/// The one symbol that the library exports.
@c @implementation public func cupel_plugin_entry(_ hostABI: UInt32) -> UnsafePointer<cupel_plugin>? {
  plugin.descriptor
}
