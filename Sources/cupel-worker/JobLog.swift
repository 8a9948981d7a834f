import CWorker
import PluginHost
import Synchronization

/// What a decoder writes to the log while it has a file: sent to the host line by line, so that it is there when the worker crashes, as many
/// lines as the host takes.
enum JobLog {
  private static let count = Mutex(0)
  private static let most = CWK_MOST_LINES - 1

  static func begin() { count.withLock { $0 = 0 } }

  /// From any thread.
  static func take(_ line: PluginLog.Line) {
    let isSent = count.withLock { count in
      count += 1
      return count <= most
    }
    if isSent { Session.say(CWK_LOG, status: line.level.rawValue, message: line.message) }
  }

  /// Says how much was left out. Nothing more is sent for this file.
  static func end() {
    let left = count.withLock { count in
      defer { count = most }
      return count - most
    }
    if left > 0 {
      let message = "\(left) more lines about one file are left out"
      Session.say(CWK_LOG, status: PluginLog.Level.warning.rawValue, message: message)
    }
  }
}
