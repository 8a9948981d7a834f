import Audits
import Synchronization

/// How far an audit is: one line that is drawn over on a terminal, a plain line now and then elsewhere.
final class AuditProgressLine: Sendable {
  private struct State {
    var drawn: ContinuousClock.Instant?
    var isOnScreen = false
  }

  private let isShown: Bool
  private let isInteractive = Console.isInteractive
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  init(isShown: Bool) {
    self.isShown = isShown
    // The first plain line has time: most runs are over before it.
    state = Mutex(State(drawn: isInteractive ? nil : .now))
  }

  func show(_ progress: AuditRun.Progress) {
    guard isShown else { return }
    let now = ContinuousClock.now
    state.withLock { state in
      if let drawn = state.drawn, now - drawn < (isInteractive ? .milliseconds(100) : .seconds(10)) { return }
      state.drawn = now
      let text = Self.text(
        progress, elapsed: Double((now - start) / .milliseconds(1)) / 1000, bar: isInteractive)
      if isInteractive {
        Console.raw("\r\u{1B}[K" + text)
        state.isOnScreen = true
      } else {
        Console.note(text)
      }
    }
  }

  /// Clears the line.
  func finish() {
    state.withLock { state in
      if state.isOnScreen { Console.raw("\r\u{1B}[K") }
      state.isOnScreen = false
    }
  }

  static func text(_ progress: AuditRun.Progress, elapsed: Double, bar: Bool) -> String {
    let share = progress.total > 0 ? min(1, Double(progress.done) / Double(progress.total)) : 1
    var parts =
      (bar ? [ProgressLine.bar(share)] : []) + [
        "\(Int(100 * share))%", "\(Number.grouped(progress.done)) of \(Number.grouped(progress.total)) judged",
        "\(Number.grouped(progress.calls)) calls", "\(Number.grouped(progress.unscored)) unscored",
      ]
    if share > 0.001, share < 1 { parts.append("ETA \(Number.duration(seconds: elapsed * (1 - share) / share))") }
    return parts.joined(separator: "  ")
  }
}
