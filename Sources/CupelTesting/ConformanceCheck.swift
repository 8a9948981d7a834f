/// One check: its name, what it asks for, and how it looks.
struct ConformanceCheck: Sendable {
  /// Why a check did not succeed.
  enum End: Error {
    case failed(String)
    case skipped(String)
  }

  let name: String
  let prose: String
  let body: @Sendable (ConformanceSubject) throws(End) -> Void

  /// All checks in the order in which they run: from the file inwards.
  static let all: [ConformanceCheck] = libraryChecks + judgeChecks + decoderChecks

  /// Fails the check unless `condition` holds.
  static func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(End) {
    if !condition { throw .failed(message()) }
  }
}
