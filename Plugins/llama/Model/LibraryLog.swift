import CLlama
import PluginKit
import Synchronization

/// llama.cpp's and ggml's log: its lines go to the host's log, and its complaints into the errors of whatever was tried.
enum LibraryLog {
  private struct Lines {
    var level = Int32(CLLAMA_INFO)
    var unfinished = ""
    /// What was complained of since the last look.
    var complaints: [String] = []
  }

  private static let lines = Mutex(Lines())
  private static let mostComplaints = 8

  /// Starts the library with its log here; further calls do nothing.
  static func start() { _ = started }

  private static let started: Void = cllama_start { level, text in
    guard let text else { return }
    LibraryLog.take(level, String(cString: text))
  }

  /// What the library complained of while `work` ran. One at a time, so that nobody gets another's.
  static func complaints<Value>(_ work: () throws -> Value) rethrows -> (value: Value, complaints: String) {
    try turn.withLock { _ in
      lines.withLock { $0.complaints = [] }
      let value = try work()
      return (value, lines.withLock { $0.complaints.joined(separator: "; ") })
    }
  }

  private static let turn = Mutex(())

  /// Lines come in pieces; a piece at level 0 goes on with the one before.
  private static func take(_ level: Int32, _ text: String) {
    let whole = lines.withLock { lines -> [(Int32, String)] in
      if level != 0 { lines.level = level }
      lines.unfinished += text
      var parts = lines.unfinished.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      lines.unfinished = parts.removeLast()
      let level = lines.level
      let whole = parts.filter { !$0.isEmpty }.map { (level, $0) }
      if level == Int32(CLLAMA_ERROR) {
        lines.complaints = (lines.complaints + whole.map(\.1)).suffix(mostComplaints)
      }
      return whole
    }
    // Of rows, which are rounded up: no call has more of one than the model was trained with.
    for (level, line) in whole where !line.contains("possible training context overflow") {
      // The library's own information is about tensors: of use where one looks for a fault.
      let ours: PluginLog.Level =
        level == Int32(CLLAMA_ERROR) ? .error : level == Int32(CLLAMA_WARNING) ? .warning : .debug
      PluginLog.log(ours, line)
    }
  }
}
