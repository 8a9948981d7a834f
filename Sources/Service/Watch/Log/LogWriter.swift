internal import Glibc
import Synchronization

/// Writes lines on a thread of its own. Whoever has a line to write never waits: what there is no room for is dropped and counted.
final class LogWriter: Sendable {
  /// How many lines there were.
  struct Counts: Sendable, Hashable {
    var written = 0
    /// The queue was full, or they could not be written.
    var dropped = 0
    /// Times that something could not be written or opened.
    var errors = 0
  }

  private struct State {
    var lines: [UInt8] = []
    var count = 0
    var isOver = false
    var isToReopen = false
    var counts = Counts()
  }

  private let maxQueuedBytes: Int
  private let state = Mutex(State())
  private let work = Signal()
  private let ended = Signal()

  /// Starts the thread. `maxQueuedBytes`: of lines that wait.
  init(_ file: LogFile, maxQueuedBytes: Int) throws(LogFile.Problem) {
    self.maxQueuedBytes = maxQueuedBytes
    let run = Unmanaged.passRetained(Run(writer: self, file: file))
    var thread: pthread_t = 0
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Run>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, run.toOpaque())
    guard code == 0 else {
      run.release()
      throw LogFile.Problem(description: "the system has no threads left to write the log with")
    }
    pthread_detach(thread)
  }

  /// Adds a line, which ends with its line break.
  func add(_ line: [UInt8]) {
    let isFirst = state.withLock { state in
      guard !state.isOver, state.lines.count + line.count <= maxQueuedBytes else {
        state.counts.dropped += 1
        return false
      }
      state.lines += line
      state.count += 1
      return state.count == 1
    }
    if isFirst { work.post() }
  }

  /// The file under the path is another one from now on.
  func reopen() {
    state.withLock { $0.isToReopen = true }
    work.post()
  }

  /// Writes what waits, for as long as `milliseconds`, and no more after that. False where lines are left.
  @discardableResult func close(milliseconds: Int) -> Bool {
    state.withLock { $0.isOver = true }
    work.post()
    return ended.wait(milliseconds: milliseconds)
  }

  var counts: Counts { state.withLock { $0.counts } }

  /// The thread's own.
  private final class Run {
    private let writer: LogWriter
    private var file: LogFile

    init(writer: LogWriter, file: LogFile) {
      self.writer = writer
      self.file = file
    }

    func run() {
      // A pipe that nobody reads any more is an error here, not the end of the process.
      var broken = sigset_t()
      sigemptyset(&broken)
      sigaddset(&broken, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &broken, nil)
      var isOver = false
      while !isOver {
        writer.work.wait()
        isOver = writer.writeAll(to: &file)
      }
      file.close()
      writer.ended.post()
    }
  }

  /// Returns whether there is no more to come.
  private func writeAll(to file: inout LogFile) -> Bool {
    while true {
      let (lines, count, isOver, isToReopen) = state.withLock { state in
        defer { (state.lines, state.count, state.isToReopen) = ([], 0, false) }
        return (state.lines, state.count, state.isOver, state.isToReopen)
      }
      if isToReopen { reopen(&file) }
      guard count > 0 else { return isOver }
      let left = file.write(lines)
      let lost = left == 0 ? 0 : min(count, lines.suffix(left).count { $0 == UInt8(ascii: "\n") })
      state.withLock { state in
        state.counts.written += count - lost
        state.counts.dropped += lost
        state.counts.errors += left == 0 ? 0 : 1
      }
    }
  }

  private func reopen(_ file: inout LogFile) {
    do throws(LogFile.Problem) { try file.reopen() } catch { state.withLock { $0.counts.errors += 1 } }
  }
}

/// Wakes a thread.
private final class Signal: @unchecked Sendable {
  // A semaphore of the system may be used from any thread; it never moves.
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func post() { sem_post(semaphore) }

  func wait() { while sem_wait(semaphore) != 0, errno == EINTR {} }

  /// False where nothing came in time.
  func wait(milliseconds: Int) -> Bool {
    var until = timespec()
    clock_gettime(CLOCK_REALTIME, &until)
    let nanoseconds = until.tv_nsec + milliseconds % 1000 * 1_000_000
    until.tv_sec += milliseconds / 1000 + nanoseconds / 1_000_000_000
    until.tv_nsec = nanoseconds % 1_000_000_000
    while sem_timedwait(semaphore, &until) != 0 { if errno != EINTR { return false } }
    return true
  }
}
