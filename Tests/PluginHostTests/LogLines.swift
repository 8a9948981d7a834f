import PluginHost
import Synchronization

/// What plugins wrote to the log while the tests ran: there is one log for all, and tests run side by side.
final class LogLines: Sendable {
  static let seen = {
    PluginLog.send { line in lines.withLock { $0.append(line) } }
    return LogLines()
  }()
  private static let lines = Mutex<[PluginLog.Line]>([])

  /// Of one plugin, those that begin so.
  func of(_ plugin: String, _ start: String) -> [PluginLog.Line] {
    Self.lines.withLock { $0 }.filter { $0.plugin == plugin && $0.message.hasPrefix(start) }
  }
}
