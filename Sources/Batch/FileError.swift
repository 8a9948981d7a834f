internal import Glibc

/// What could not be done with a file, and why, in the system's words.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was attempted: `open`, `read`, `write`.
  public let action: String
  /// As it was given.
  public let path: String
  /// The system's error number.
  public let code: Int32

  /// An error that the caller knows the number of.
  public init(_ action: String, _ path: String, code: Int32) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// With the error of the system call that has just failed.
  static func last(_ action: String, _ path: String) -> FileError { FileError(action, path, code: errno) }

  /// `PATH: cannot ACTION: reason`.
  public var description: String { "\(path): cannot \(action): \(String(cString: strerror(code)))" }
}

/// Repeats a system call that a signal interrupted.
func retryingInterrupts<Count: SignedInteger>(_ call: () -> Count) -> Count {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}
