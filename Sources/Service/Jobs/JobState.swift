/// How far a job has got.
public enum JobState: String, Sendable, CaseIterable {
  /// It waits for its turn; also after a restart.
  case queued
  case running
  /// It has a report.
  case done
  /// It has a reason why there is no report.
  case failed
  /// Somebody ended it.
  case cancelled

  /// Whether nothing more comes of it.
  public var isOver: Bool {
    switch self {
    case .queued, .running: false
    case .done, .failed, .cancelled: true
    }
  }
}

/// Why a job does not go on.
enum JobEnding: Error, Sendable, Hashable {
  /// In words for people.
  case failed(String)
  case cancelled
  /// The server stops; the job goes on with its next start.
  case stopped
}
