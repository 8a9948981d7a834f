internal import Wire

/// The files a run writes: the judgments and, on request, the judge's replies behind them.
public struct BatchOutput: ~Copyable {
  private var judgments: LineWriter
  private var recording: Recording?

  /// Replies are taken from the recorder, item by item, when the item's judgment is written.
  private struct Recording: ~Copyable {
    var lines: LineWriter
    let recorder: RecordingJudge
  }

  /// Judgments alone.
  public init(judgments: consuming LineWriter) {
    self.judgments = judgments
    recording = nil
  }

  /// From now on, what `recorder` hears goes to `lines`.
  public mutating func record(_ recorder: RecordingJudge, to lines: consuming LineWriter) {
    recording = Recording(lines: lines, recorder: recorder)
  }

  /// Judgments that were handed to the system.
  var written: Int { judgments.lines }

  mutating func append(_ judged: Judged) throws(FileError) {
    if recording != nil {
      // The replies go first: a judgment in the output always has its replies in the recording.
      for line in recording?.recorder.take(item: judged.judgment.id) ?? [] { try recording?.lines.append(line) }
    }
    try judgments.append(judged.line)
  }

  mutating func flush() throws(FileError) {
    try recording?.lines.flush()
    try judgments.flush()
  }

  mutating func finish() throws(FileError) {
    try recording?.lines.finish()
    try judgments.finish()
  }
}
