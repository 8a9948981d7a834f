public import CCupelPlugin
import PluginBridge

/// A plugin written in Swift: everything between the C entry point and a judge type.
///
/// ```swift
/// public import CCupelPlugin
/// import PluginKit
///
/// private let plugin = Plugin(id: "length", version: "1.0.0", summary: "Counts words.", judge: LengthJudge.self)
///
/// @c @implementation public func cupel_plugin_entry(_ hostABI: UInt32) -> UnsafePointer<cupel_plugin>? { plugin.descriptor }
/// ```
///
/// A shared library makes one of these, in a file of its own that tests do not link.
public struct Plugin: @unchecked Sendable {
  // @unchecked: the descriptor is written once, here, and never again.

  /// What `cupel_plugin_entry` returns; lives as long as the process.
  public let descriptor: UnsafePointer<cupel_plugin>

  /// A plugin with one judge that answers on the thread that asks.
  ///
  /// - Parameters:
  ///   - id: `[a-z0-9-]+`, unique among the plugins of a host.
  ///   - version: Part of every judgment's provenance; changes with every release.
  ///   - summary: One line for `cupel plugin list`.
  public init(id: StaticString, version: StaticString, summary: StaticString, judge: any PluginJudge.Type) {
    self.init(id: id, version: version, summary: summary, judge: judge) { config in
      SynchronousInstance(try judge.init(config: config))
    }
  }

  /// A plugin with one judge that answers later.
  public init(id: StaticString, version: StaticString, summary: StaticString, judge: any AsyncPluginJudge.Type) {
    self.init(id: id, version: version, summary: summary, judge: judge) { config in
      AsynchronousInstance(try judge.init(config: config))
    }
  }

  private init(
    id: StaticString, version: StaticString, summary: StaticString, judge: any OpenablePluginJudge.Type,
    open: @escaping JudgeRegistration.Open
  ) {
    JudgeRegistration.set(
      JudgeRegistration(
        pluginID: id, offersLogprobs: judge.offersLogprobs, offersProbe: judge is any ProbingPluginJudge.Type,
        open: open))
    let descriptor = UnsafeMutablePointer<cupel_plugin>.allocate(capacity: 1)
    descriptor.initialize(
      to: cupel_plugin(
        struct_size: cupel_plugin.size, abi_major: UInt16(CUPEL_ABI_MAJOR), abi_minor: UInt16(CUPEL_ABI_MINOR),
        id: cString(id), version: cString(version), start: startPlugin, capability: findCapability,
        summary: cString(summary)))
    self.descriptor = UnsafePointer(descriptor)
  }
}

/// A literal's text as a C string; literals are NUL-terminated and live as long as the program.
private func cString(_ text: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}
