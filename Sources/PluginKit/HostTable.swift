internal import CCupelPlugin
import PluginBridge
import Synchronization

/// The host's functions, kept from `start` on. Static on the host's side, so a copy of the pointer is all there is to keep.
enum HostTable {
  private static let address = Atomic<UInt>(0)

  static func keep(_ host: UnsafePointer<cupel_host>) { address.store(UInt(bitPattern: host), ordering: .releasing) }

  static var current: UnsafePointer<cupel_host>? {
    UnsafePointer(bitPattern: address.load(ordering: .acquiring))
  }

  /// Records why a call fails; returns its status, for the C function to return.
  static func fail(_ error: OpaquePointer?, _ failure: PluginError) -> cupel_status {
    guard let host = current else { return failure.status.rawValue }
    return failure.message.withView { host.pointee.fail(error, failure.status.rawValue, $0) }
  }
}

/// Lines for the host's log. Never candidate text, prompts or keys.
public enum PluginLog {
  /// How much a line matters.
  public enum Level: Int32, Sendable {
    case debug = 1
    case info = 2
    case warning = 3
    case error = 4
  }

  /// Gives one line to the host's log, under the plugin's id.
  public static func log(_ level: Level, _ message: String) {
    guard let host = HostTable.current, let plugin = JudgeRegistration.get() else { return }
    message.withView { host.pointee.log(level.rawValue, cupel_text(plugin.pluginID), $0) }
  }
}
