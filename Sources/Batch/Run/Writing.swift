/// Puts finished judgments back into input order, writes them and counts them.
struct Writing: ~Copyable {
  private var output: BatchOutput
  private var early: [Int: Judged] = [:]
  private var progress = 0
  private(set) var summary = BatchSummary()
  /// The index of the judgment that is written next; all before it are settled.
  private(set) var next = 0
  /// Judgments that were given up because the run was stopped.
  private(set) var abandoned = 0
  private(set) var failure: FileError?

  /// Judgments that reached the output.
  var written: Int { output.written }

  init(output: consuming BatchOutput) { self.output = output }

  /// Takes what has arrived, and writes what is next in line.
  mutating func add(_ arrived: [Judged], keepCancelled: Bool) {
    for judged in arrived {
      if !keepCancelled && judged.isCancelled { abandoned += 1 } else { early[judged.index] = judged }
    }
    while let judged = early.removeValue(forKey: next) {
      write(judged)
      next += 1
    }
    attempt { (output) throws(FileError) in try output.flush() }
  }

  /// Writes what is left: after a stop, finished judgments may stand behind ones that were given up.
  mutating func finish() {
    for index in early.keys.sorted() {
      if let judged = early[index] { write(judged) }
    }
    early = [:]
    attempt { (output) throws(FileError) in try output.finish() }
  }

  /// The share of `total` bytes of input that is judged.
  func fraction(of total: Int?) -> Double? {
    total.map { $0 > 0 ? min(1, Double(progress) / Double($0)) : 1 }
  }

  private mutating func write(_ judged: Judged) {
    guard failure == nil else { return }
    attempt { (output) throws(FileError) in try output.append(judged) }
    guard failure == nil else { return }
    summary.add(judged.judgment)
    progress = judged.progress
  }

  /// After the first failure nothing more is written.
  private mutating func attempt(_ body: (inout BatchOutput) throws(FileError) -> Void) {
    guard failure == nil else { return }
    do throws(FileError) { try body(&output) } catch { failure = error }
  }
}
