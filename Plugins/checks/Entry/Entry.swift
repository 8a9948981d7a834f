public import CCupelPlugin
import Checks
import PluginKit

private let plugin = Plugin(
  id: "checks", version: "0.1.0", summary: "Deterministic checks of text and images: no model, no cost.",
  judge: ChecksJudge.self)

/// The symbol by which the host finds this plugin.
@c @implementation public func cupel_plugin_entry(_ hostABI: UInt32) -> UnsafePointer<cupel_plugin>? {
  plugin.descriptor
}
