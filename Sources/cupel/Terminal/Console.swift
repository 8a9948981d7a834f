import Glibc

/// The two streams of a command: results on standard output, everything said about them on standard error.
enum Console {
  /// A line of results.
  static func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

  /// A remark.
  static func note(_ message: String) { write("cupel: \(message)\n", to: STDERR_FILENO) }

  /// Something that is wrong but stops nothing.
  static func warn(_ message: String) { write("cupel: warning: \(message)\n", to: STDERR_FILENO) }

  /// Why the command ends.
  static func error(_ message: String) { write("cupel: error: \(message)\n", to: STDERR_FILENO) }

  /// Text for standard error as it is.
  static func raw(_ text: String) { write(text, to: STDERR_FILENO) }

  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        // Nobody listens any more: there is no one left to tell.
        guard count > 0 else { return }
        done += count
      }
    }
  }
}
