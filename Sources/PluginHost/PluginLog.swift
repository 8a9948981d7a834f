import Glibc
import Synchronization

/// What plugins, and the host about plugins, write to the log.
public enum PluginLog {
  /// How much a line matters.
  public enum Level: Int32, Sendable, Comparable {
    case debug = 1
    case info = 2
    case warning = 3
    case error = 4

    /// By how much it matters.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// One line.
  public struct Line: Sendable, Hashable {
    /// How much it matters.
    public let level: Level
    /// The id of the plugin that it is from or about.
    public let plugin: String
    /// What happened.
    public let message: String
  }

  private static let handler = Mutex<(@Sendable (Line) -> Void)?>(nil)

  /// Sends all lines to `handle`; nil: warnings and errors to standard error, which is how it starts.
  public static func send(to handle: (@Sendable (Line) -> Void)?) {
    handler.withLock { $0 = handle }
  }

  /// On one line, without what would steer a terminal or turn the text around.
  static func neutral(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: " "
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }

  static func write(_ line: Line) {
    if let handle = handler.withLock({ $0 }) {
      handle(line)
    } else if line.level >= .warning {
      // A log line is one line of text: what a plugin writes cannot pretend to be another, or steer the terminal.
      let text = Array((neutral("cupel: plugin '\(line.plugin)': \(line.message)") + "\n").utf8)
      _ = text.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
  }
}
