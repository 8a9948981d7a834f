package import CCupelPlugin
package import Media
import PluginBridge
package import Wire

/// A decoder of a plugin in this process, called on the thread that asks.
package struct DecoderCall: @unchecked Sendable {
  // @unchecked: the table is static, and its functions may be called from any thread.
  private let pluginID: String
  private let table: UnsafePointer<cupel_decoder>

  package init(pluginID: String, table: UnsafePointer<cupel_decoder>) {
    self.pluginID = pluginID
    self.table = table
  }

  /// From 0 to 100, whatever the decoder says.
  func score(head: [UInt8]) -> Int {
    let score = head.withUnsafeBufferPointer { bytes in
      table.pointee.probe?(cupel_bytes(data: bytes.baseAddress, size: bytes.count)) ?? 0
    }
    return min(max(Int(score), 0), 100)
  }

  /// Throws what the decoder says, or what is wrong with what it gives.
  package func decode(_ input: inout cupel_input, _ wanted: inout cupel_wanted) throws(Unscored) -> Media {
    var limits = MediaLimits()
    limits.maxPixels = Int(clamping: wanted.max_pixels)
    limits.maxMemoryBytes = Int(clamping: wanted.max_memory_bytes)
    let collector = MediaCollector(limits: limits)
    let errors = ErrorBox()
    var sink = collector.sink
    let code = table.pointee.decode?(&input, &wanted, &sink, errors.pointer) ?? Status.failed.rawValue
    let media = try withExtendedLifetime(collector) { () throws(Unscored) in try collector.result() }
    guard Status(code: code) == .ok else {
      throw Unscored(
        Status(code: code).reason, errors.take()?.message ?? "decoder '\(pluginID)' failed and does not say why")
    }
    guard media.image != nil || !media.frames.isEmpty || media.sound != nil else {
      if wanted.kinds != MediaRequest.Kinds.all.passed {
        throw Unscored(.invalidInput, "decoder '\(pluginID)' found nothing of the kind that was asked for")
      }
      throw Unscored(.judgeError, "decoder '\(pluginID)' found neither picture nor sound and did not say why")
    }
    return media
  }
}
