import JSON
import Synchronization
public import Wire

/// Judges every record of some inputs and writes the judgments, in input order, one JSON line each.
///
/// A thread reads, `concurrency` tasks judge, and the caller's task writes. Results never depend on how many tasks there are.
public struct BatchRun: Sendable {
  /// How one item is judged. Never throws: a failure is an unscored judgment.
  public typealias JudgeItem = @Sendable (Item) async -> Judgment
  /// The judgment of a record that could not be read.
  public typealias RefuseRecord = @Sendable (_ id: String, Unscored) -> Judgment

  /// Read one after the other.
  public var inputs: [BatchInput]
  /// How they are read.
  public var source = SourceOptions()
  /// Items judged at once.
  public var concurrency: Int
  /// What may be spent; nil: no limit.
  public var budget: Budget?
  private let judge: JudgeItem
  private let refuse: RefuseRecord

  /// Bytes of records that are read ahead.
  static let readAheadBytes = 32 << 20

  /// A run over `inputs`, with the default options of ``SourceOptions``.
  public init(
    inputs: [BatchInput], concurrency: Int, judge: @escaping JudgeItem, refuse: @escaping RefuseRecord
  ) {
    self.inputs = inputs
    self.concurrency = max(1, concurrency)
    self.judge = judge
    self.refuse = refuse
  }

  /// How far a run is.
  public struct Progress: Sendable {
    /// What the judgments written so far come to.
    public let summary: BatchSummary
    /// The share of the input that is judged, 0...1; nil when its size is not known.
    public let fraction: Double?

    /// So far.
    public init(summary: BatchSummary, fraction: Double?) {
      self.summary = summary
      self.fraction = fraction
    }
  }

  /// How a run ended. In every case the output holds complete lines only.
  public enum Ending: Sendable, Hashable {
    case completed
    /// The task was cancelled. Items that were under way are not in the output.
    case interrupted(abandoned: Int)
    /// The next item would pass a limit of the budget; what was under way is in the output. `left`: items that were not judged; nil
    /// where the input cannot be read to its end at once.
    case budgetReached(Budget.Limit, left: Int?)
    /// The judge answers without saying what is held against a limit of the budget.
    case budgetBlind(Budget.Limit, left: Int?)
    /// The output holds so many judgments, whole ones; others were judged and could not be written.
    case outputFailed(FileError, written: Int)
  }

  /// What came of a run.
  public struct Outcome: Sendable {
    /// What the judgments in the output come to.
    public let summary: BatchSummary
    /// Whether it is all there.
    public let ending: Ending
    /// Remarks about the inputs, for people.
    public let notes: [String]
    /// What was spent of each limit of the budget.
    public let spent: [Budget.Spent]
  }

  /// Runs to the end, until the task is cancelled, or until the output fails.
  public func run(to output: consuming BatchOutput, onProgress: (Progress) -> Void) async -> Outcome {
    // Far enough ahead that one slow item does not stop the others, near enough that the finished ones fit in memory.
    let window = max(64, 8 * concurrency)
    let queue = RecordQueue(capacity: window, capacityBytes: Self.readAheadBytes, window: window)
    let results = Mailbox<Judged>()
    let notes = NotesBox()
    startReading(into: queue, notes: notes)
    let total = BatchInput.totalBytes(inputs)

    var writing = Writing(output: output)
    var left: Ending?
    await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await judgeAll(from: queue, into: results) }
        while true {
          let arrived = await results.takeAll()
          if arrived.isEmpty { break }
          writing.add(arrived, keepCancelled: !Task.isCancelled)
          if writing.failure != nil {
            queue.abandon()
            budget?.abandon()
            group.cancelAll()
          }
          queue.advance(to: writing.next)
          onProgress(Progress(summary: writing.summary, fraction: writing.fraction(of: total)))
        }
      }
      if let closing = budget?.closing { left = await leftOver(in: queue, closing, sized: total != nil) }
    } onCancel: {
      queue.abandon()
      budget?.abandon()
    }
    writing.finish()
    let ending: Ending =
      writing.failure.map { .outputFailed($0, written: writing.written) }
      ?? (Task.isCancelled ? .interrupted(abandoned: writing.abandoned) : nil) ?? left ?? .completed
    return Outcome(
      summary: writing.summary, ending: ending, notes: notes.value.withLock { $0 }, spent: budget?.spent ?? [])
  }

  /// How a run ends whose budget is closed; nil when there was nothing left to judge, or when it closed for another reason.
  private func leftOver(in queue: RecordQueue, _ closing: Budget.Closing, sized: Bool) async -> Ending? {
    // A pipe may give records for as long as somebody writes them.
    let left = await queue.countRest(waiting: sized)
    switch closing {
    case .reached(let limit): return left == 0 ? nil : .budgetReached(limit, left: left)
    case .blind(let limit): return .budgetBlind(limit, left: left)
    case .abandoned: return nil
    }
  }

  private func startReading(into queue: RecordQueue, notes: NotesBox) {
    let inputs = self.inputs, options = self.source
    runOnThread {
      var source = BatchSource(inputs, options: options)
      while let record = source.next() {
        guard queue.put(record) else { return }
      }
      notes.value.withLock { $0 = source.notes }
      queue.end()
    }
  }

  private func judgeAll(from queue: RecordQueue, into results: Mailbox<Judged>) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<concurrency {
        group.addTask {
          while await judgeNext(from: queue, into: results) {}
        }
      }
    }
    results.close()
  }

  /// False when there is no more to judge. An item is paid for before it is taken, so that what is judged is always the beginning
  /// of the input.
  private func judgeNext(from queue: RecordQueue, into results: Mailbox<Judged>) async -> Bool {
    // The queue is told of a cancellation after the calls: what it still gives would be given up at once.
    if Task.isCancelled { return false }
    if let budget, await !budget.admit() { return false }
    guard let numbered = await queue.take() else {
      budget?.release()
      return false
    }
    let judged = await judged(numbered)
    budget?.settle(judged.judgment.totalExpense)
    results.put(judged)
    return true
  }

  private func judged(_ numbered: RecordQueue.Numbered) async -> Judged {
    let record = numbered.record
    let judgment =
      switch record.content {
      case .success(let item): await judge(item)
      case .failure(let why): refuse(record.id, why)
      }
    let (written, line) = Self.line(judgment, refuse)
    return Judged(index: numbered.index, progress: record.progress, judgment: written, line: line)
  }

  /// The line of a judgment. One that JSON cannot express (NaN out of a judge) becomes an unscored one.
  private static func line(_ judgment: Judgment, _ refuse: RefuseRecord) -> (Judgment, [UInt8]) {
    do throws(JSONError) { return (judgment, try JSONWriter.bytes(judgment.json)) } catch {
      var instead = refuse(judgment.id, Unscored(.judgeError, "the judgment cannot be written: \(error)"))
      (instead.usage, instead.expense) = (judgment.totalUsage, judgment.totalExpense)
      return (
        instead, (try? JSONWriter.bytes(instead.json)) ?? Array(#"{"status":"unscored","reason":"judge_error"}"#.utf8)
      )
    }
  }
}

/// Filled by the reading thread, read when the run is over.
private final class NotesBox: Sendable {
  let value = Mutex<[String]>([])
}
