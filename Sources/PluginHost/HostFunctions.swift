package import CCupelPlugin
import Glibc
package import PluginBridge
import Synchronization

/// What a plugin said about a failure. Handed to one call at a time as `cupel_error *`.
package final class ErrorBox: Sendable {
  private let record = Mutex<(status: Status, message: String)?>(nil)

  package init() {}

  /// The pointer to pass; valid while this box is.
  package var pointer: OpaquePointer { OpaquePointer(Unmanaged.passUnretained(self).toOpaque()) }

  /// What was recorded since the last time; nil: nothing.
  package func take() -> (status: Status, message: String)? {
    record.withLock { record in
      defer { record = nil }
      return record
    }
  }

  fileprivate func set(_ code: cupel_status, _ message: cupel_text) {
    record.withLock { $0 = (Status(code: code), message.message) }
  }
}

/// Collects one text. Handed to one call as `cupel_text_sink *`.
package final class TextSink: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  private let limit: Int

  /// A sink that drops what goes over `limit` bytes, and then has no text.
  package init(limit: Int = 16 << 20) { self.limit = limit }

  /// The pointer to pass; valid while this sink is.
  package var pointer: OpaquePointer { OpaquePointer(Unmanaged.passUnretained(self).toOpaque()) }

  /// The text; nil where it is over the limit or not UTF-8.
  package var text: String? {
    bytes.withLock { $0.count > limit ? nil : String(validating: $0, as: UTF8.self) }
  }

  fileprivate func append(_ text: cupel_text) {
    bytes.withLock { bytes in
      if bytes.count <= limit { bytes += text.bytes.prefix(limit + 1 - bytes.count) }
    }
  }
}

/// The functions that plugins may call.
package enum HostFunctions {
  /// The host table; allocated once and valid until the process ends.
  package static var table: UnsafePointer<cupel_host> { hostTable }
}

nonisolated(unsafe) private let hostTable: UnsafePointer<cupel_host> = {
  let table = UnsafeMutablePointer<cupel_host>.allocate(capacity: 1)
  table.initialize(
    to: cupel_host(
      struct_size: cupel_host.size, abi_major: UInt16(CUPEL_ABI_MAJOR), abi_minor: UInt16(CUPEL_ABI_MINOR),
      fail: hostFail, write: hostWrite, log: hostLog))
  return UnsafePointer(table)
}()

private let hostFail: @convention(c) (OpaquePointer?, cupel_status, cupel_text) -> cupel_status = {
  error, status, message in
  // "Fails with OK" is a mistake that must not look like success.
  let status = status == Status.ok.rawValue ? Status.failed.rawValue : status
  if let error { Unmanaged<ErrorBox>.fromOpaque(UnsafeRawPointer(error)).takeUnretainedValue().set(status, message) }
  return status
}

private let hostWrite: @convention(c) (OpaquePointer, cupel_text) -> Void = { sink, text in
  Unmanaged<TextSink>.fromOpaque(UnsafeRawPointer(sink)).takeUnretainedValue().append(text)
}

private let hostLog: @convention(c) (Int32, cupel_text, cupel_text) -> Void = { level, plugin, message in
  let level = PluginLog.Level(rawValue: level) ?? .info
  PluginLog.write(PluginLog.Line(level: level, plugin: plugin.message, message: message.message))
}
