import Batch
import Glibc
import Synchronization

/// The two streams of a command: results on standard output, everything said about them on standard error.
enum Console {
  /// The system's number for what kept results from standard output; 0: nothing did. A reader who has left (`| head`) is no loss: there is no
  /// one left to tell.
  private static let lost = Atomic<Int32>(0)

  /// How a command ends that would end with `status`: not well where its results did not get out.
  static func settled(_ status: ExitStatus) -> ExitStatus {
    let code = lost.load(ordering: .acquiring)
    guard status == .ok, code != 0 else { return status }
    error(FileError("write", "standard output", code: code).description + "; what is there is not all")
    return .outputFailed
  }

  /// A line of results.
  static func print(_ line: String) { write(harmless(line) + "\n", to: STDOUT_FILENO) }

  /// A remark.
  static func note(_ message: String) { write("cupel: \(harmless(message))\n", to: STDERR_FILENO) }

  /// Something that is wrong but stops nothing.
  static func warn(_ message: String) { write("cupel: warning: \(harmless(message))\n", to: STDERR_FILENO) }

  /// Why the command ends.
  static func error(_ message: String) { write("cupel: error: \(harmless(message))\n", to: STDERR_FILENO) }

  /// The same text in which nothing stands that a terminal could take for a command, or that turns the direction of writing around: names and
  /// messages come from files that others have written. Escaped as in JSON, which stays the JSON it was.
  private static func harmless(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isCommand) else { return text }
    var safe = ""
    for scalar in text.unicodeScalars {
      if isCommand(scalar) {
        let digits = String(scalar.value, radix: 16)
        safe += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  private static func isCommand(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

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
        guard count > 0 else {
          if count < 0, descriptor == STDOUT_FILENO, errno != EPIPE { lost.store(errno, ordering: .releasing) }
          return
        }
        done += count
      }
    }
  }
}
