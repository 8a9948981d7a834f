import Configuration
internal import Glibc

/// The request log: one line of JSON for each request, written where `serve.log` says.
final class RequestLog: Sendable {
  private let line: LogLine
  private let writer: LogWriter
  /// How long what waits may still be written when the server stops.
  private static let closingMilliseconds = 2000

  /// Opens it; nil where none is wanted.
  static func open(_ settings: RequestLogSettings) throws(LogFile.Problem) -> RequestLog? {
    switch settings.target {
    case .none: nil
    case .standardError: try RequestLog(settings, LogFile())
    case .file(let path): try RequestLog(settings, LogFile(path: path))
    }
  }

  private init(_ settings: RequestLogSettings, _ file: LogFile) throws(LogFile.Problem) {
    line = LogLine(maxTextBytes: settings.includesText ? settings.maxTextBytes : nil)
    writer = try LogWriter(file, maxQueuedBytes: settings.maxQueuedBytes)
  }

  /// Whether the bodies of requests and answers are in it.
  var includesText: Bool { line.maxTextBytes != nil }

  /// Writes the line of a request, sometime.
  func add(_ answered: Answered) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    writer.add(line.bytes(answered, at: now))
  }

  /// Writes a line about a judge that has moved.
  func add(_ drift: CalibrationTally.Drift, of key: WorkTally.Key) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    writer.add(line.bytes(drift, of: key, at: now))
  }

  /// The file under the path is another one from now on.
  func reopen() { writer.reopen() }

  /// Writes what waits, as far as that is possible in a short time, and nothing after that.
  func close() { writer.close(milliseconds: Self.closingMilliseconds) }

  /// How many lines there were.
  var counts: LogWriter.Counts { writer.counts }
}
