import CWorker
import Glibc
import Wire

/// A worker process and the host's end of its socket. One thread uses it at a time, and calls ``end(mayFinish:)`` once.
struct WorkerProcess: Sendable {
  let process: pid_t
  private let socket: Int32
  /// The id of the plugin it has.
  private let plugin: String
  /// What it occupies without any file, in bytes.
  private var ownMemory: UInt64 = 0

  /// What came from a worker.
  enum Reply {
    case answer(cwk_answer)
    /// It closed its end, or its process is over.
    case gone
    /// It said nothing in time.
    case late
    /// It said something that is no answer.
    case garbled
  }

  /// How a process was over.
  enum End: Hashable {
    case exited(Int32)
    case signalled(Int32)
  }

  private static let startMilliseconds = 60_000

  /// Starts a worker for a plugin and waits until it is locked in. Throws why there is none.
  static func start(_ program: String, _ plugin: PluginInfo) throws(Unscored) -> WorkerProcess {
    var process: pid_t = 0
    var socket: Int32 = -1
    func failure(_ why: String) -> Unscored {
      Unscored(.judgeError, "no worker process for decoder '\(plugin.id)' could be started from \(program): \(why)")
    }
    let code = cwk_start(program, plugin.file, &process, &socket)
    guard code == 0 else { throw failure(SystemError(code: code).description) }
    var worker = WorkerProcess(process: process, socket: socket, plugin: plugin.id)
    let why: String
    switch worker.reply(within: startMilliseconds) {
    case .answer(let answer) where answer.kind == CWK_READY && answer.text == plugin.version:
      if cwk_memory(process, &worker.ownMemory) == 0 { return worker }
      why = "its memory cannot be seen"
    case .answer(let answer) where answer.kind == CWK_READY:
      why = "\(plugin.file) has changed since it was loaded (\(plugin.version), now \(answer.text)); start anew"
    case .answer(let answer) where answer.kind == CWK_REFUSED: why = answer.text
    case .late: why = "it was not ready within \(startMilliseconds) ms"
    case .gone:
      throw failure("it ended at once (\(worker.end(mayFinish: true))); does it belong to this version?")
    case .answer, .garbled: why = "it does not speak as a worker; does it belong to this version?"
    }
    worker.end()
    throw failure(why)
  }

  /// Hands over one decode with its limits. Throws where the worker is no more.
  func send(
    _ job: cwk_job, input: borrowing MemoryFile, output: borrowing MemoryFile, memory: UInt64, seconds: UInt64
  ) throws(SystemError) {
    var job = job
    try SystemError.check(cwk_limit(process, ownMemory + memory, job.max_output_bytes, seconds))
    let descriptors = [input.descriptor, output.descriptor]
    try SystemError.check(cwk_send(socket, &job, MemoryLayout<cwk_job>.size, descriptors, 2))
  }

  /// Waits for an answer.
  func reply(within milliseconds: Int) -> Reply {
    let deadline = monotonicNanoseconds() + UInt64(milliseconds) * 1_000_000
    var lines = 0
    while true {
      let reply = message(before: deadline)
      guard case .answer(let answer) = reply, answer.kind == CWK_LOG else { return reply }
      lines += 1
      guard lines <= CWK_MOST_LINES else { return .garbled }
      // The file may have written it.
      let line = PluginLog.neutral(answer.text)
      PluginLog.write(PluginLog.Line(level: .init(rawValue: answer.status) ?? .info, plugin: plugin, message: line))
    }
  }

  private func message(before deadline: UInt64) -> Reply {
    var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    while true {
      let now = monotonicNanoseconds()
      let rest = now < deadline ? (deadline - now + 999_999) / 1_000_000 : 0
      let count = poll(&watched, 1, Int32(clamping: rest))
      if count > 0 { break }
      if count == 0 { return .late }
      if errno != EINTR { return .garbled }
    }
    var answer = cwk_answer()
    switch cwk_receive(socket, &answer, MemoryLayout<cwk_answer>.size, nil, 0) {
    case 0: return .answer(answer)
    case EPIPE: return .gone
    default: return .garbled
    }
  }

  /// Ends the process and waits until it is over; says how it was. `mayFinish`: it is at its end already, and how it comes
  /// there matters.
  @discardableResult
  func end(mayFinish: Bool = false) -> End {
    close(socket)
    var status: Int32 = 0
    if mayFinish {
      for _ in 0..<200 {
        if waitpid(process, &status, WNOHANG) == process { return End(status) }
        usleep(1000)
      }
    }
    kill(process, SIGKILL)
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return End(status)
  }
}

extension WorkerProcess.End: CustomStringConvertible {
  /// From what `waitpid` gives.
  fileprivate init(_ status: Int32) {
    let signal = status & 0x7F
    self = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
  }

  var description: String {
    switch self {
    case .exited(let code): "it ended with status \(code)"
    case .signalled(let signal): cwk_signal_name(signal).map { String(cString: $0) } ?? "signal \(signal)"
    }
  }
}

extension cwk_answer {
  /// The message, whatever its size claims to be.
  var text: String {
    withUnsafeBytes(of: message) { bytes in
      String(decoding: bytes.prefix(Int(clamping: message_size)), as: UTF8.self)
    }
  }
}
