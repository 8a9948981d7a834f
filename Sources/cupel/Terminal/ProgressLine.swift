import Batch

/// How far a run is: one line that is drawn over on a terminal, a plain line now and then elsewhere.
struct ProgressLine {
  private let interactive: Bool
  private let start: ContinuousClock.Instant
  private var drawn: ContinuousClock.Instant?
  private var isOnScreen = false

  private static let barWidth = 24

  init(interactive: Bool) {
    self.interactive = interactive
    start = .now
    // The first plain line has time: most runs are over before it.
    drawn = interactive ? nil : start
  }

  /// Draws, unless the line was drawn a moment ago.
  mutating func show(_ progress: BatchRun.Progress) {
    let now = ContinuousClock.now
    if let drawn, now - drawn < (interactive ? .milliseconds(100) : .seconds(10)) { return }
    drawn = now
    let text = Self.text(progress, elapsed: seconds(now - start), bar: interactive)
    if interactive {
      Console.raw("\r\u{1B}[K" + text)
      isOnScreen = true
    } else {
      Console.note(text)
    }
  }

  /// Clears the line.
  mutating func finish() {
    if isOnScreen { Console.raw("\r\u{1B}[K") }
    isOnScreen = false
  }

  static func text(_ progress: BatchRun.Progress, elapsed: Double, bar: Bool) -> String {
    let summary = progress.summary
    var parts: [String] = []
    if let fraction = progress.fraction {
      if bar { parts.append(Self.bar(fraction)) }
      parts.append("\(Int(100 * fraction))%")
    }
    parts.append("\(Number.grouped(summary.items)) judged")
    parts.append("\(Number.grouped(summary.incomplete)) unscored")
    if elapsed > 0 { parts.append(rate(Double(summary.items) / elapsed)) }
    if let fraction = progress.fraction, fraction > 0.001, fraction < 1 {
      parts.append("ETA \(Number.duration(seconds: elapsed * (1 - fraction) / fraction))")
    }
    return parts.joined(separator: "  ")
  }

  /// `[=====     ]`.
  static func bar(_ fraction: Double) -> String {
    let filled = Int(Double(barWidth) * fraction)
    return "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: barWidth - filled) + "]"
  }

  /// A judge that takes minutes for an item is not shown as `0/s`.
  private static func rate(_ perSecond: Double) -> String {
    perSecond >= 10
      ? "\(Number.grouped(Int(perSecond)))/s"
      : perSecond >= 1 ? "\(Number.fixed(perSecond, 1))/s" : "\(Number.fixed(60 * perSecond, 1))/min"
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
