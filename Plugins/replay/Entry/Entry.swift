public import CCupelPlugin
import PluginKit
import Replay

private let plugin = Plugin(
  id: "replay", version: "1.0.0", summary: "Answers from recorded replies (cupel grade --record).",
  judge: ReplayJudge.self)

/// The one symbol that the library exports.
@c @implementation public func cupel_plugin_entry(_ hostABI: UInt32) -> UnsafePointer<cupel_plugin>? {
  plugin.descriptor
}
