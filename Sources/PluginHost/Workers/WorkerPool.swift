import CCupelPlugin
import CWorker
import Glibc
import Media
import PluginBridge
import Synchronization
import Wire

/// The workers of one decoder plugin. They are started as they are needed and kept; one that crashes, hangs, breaks its limits
/// or the protocol ends, and only the file it had is affected.
final class WorkerPool: Sendable {
  private let program: String
  private let plugin: PluginInfo
  private let idle = Mutex<[WorkerProcess]>([])
  /// How much longer than it was told a decoder may take before its worker is ended: it says better why.
  private static let graceMilliseconds = 500
  /// Room for facts, notes and headers beside the media, in bytes.
  private static let outputSlack = 16 << 20
  /// Room for stacks and what libraries keep beside what they count, in bytes.
  private static let memorySlack: UInt64 = 128 << 20

  init(program: String, plugin: PluginInfo) {
    self.program = program
    self.plugin = plugin
  }

  deinit { idle.withLock { $0 }.forEach { $0.end() } }

  /// Decodes in a worker. Waits for it on the calling thread, never much longer than the limits allow, and no longer when the leash is
  /// pulled.
  func decode(
    _ bytes: [UInt8], _ request: MediaRequest, _ limits: MediaLimits, _ leash: WorkerLeash
  ) throws(Unscored) -> Media {
    let outcome: Result<Media, Unscored>
    do throws(SystemError) {
      let input = try MemoryFile("cupel-input")
      let job = try fill(input, bytes, request, limits)
      outcome = try decode(job, input, limits, leash, tries: 2)
    } catch {
      throw Unscored(.judgeError, "decoder '\(plugin.id)': the file could not be handed to a worker: \(error)")
    }
    return try outcome.get()
  }

  /// A worker that somebody else ended may have been so before it had the file: then another one gets it, too.
  private func decode(
    _ job: cwk_job, _ input: borrowing MemoryFile, _ limits: MediaLimits, _ leash: WorkerLeash, tries: Int
  ) throws(SystemError) -> Result<Media, Unscored> {
    let output = try MemoryFile("cupel-output")
    let worker: WorkerProcess
    switch try send(job, input, output, limits) {
    case .success(let started): worker = started
    case .failure(let why): return .failure(why)
    }
    let isWanted = leash.attach(worker.process)
    let reply: WorkerProcess.Reply =
      isWanted ? worker.reply(within: max(limits.timeoutMilliseconds, 0) + Self.graceMilliseconds) : .late
    leash.detach()
    if leash.isPulled {
      worker.end()
      return .failure(Unscored(.cancelled, "the decoding was cancelled"))
    }
    guard case .gone = reply else { return finish(worker, reply, job, output, limits) }
    let end = worker.end(mayFinish: true)
    if tries > 1, end == .signalled(SIGKILL) || end == .signalled(SIGTERM) {
      return try decode(job, input, limits, leash, tries: tries - 1)
    }
    return .failure(crash(end, limits))
  }

  // MARK: To the worker

  /// The file, and behind it the times of frames.
  private func fill(
    _ input: borrowing MemoryFile, _ bytes: [UInt8], _ request: MediaRequest, _ limits: MediaLimits
  ) throws(SystemError) -> cwk_job {
    var job = cwk_job()
    job.struct_size = UInt64(MemoryLayout<cwk_job>.size)
    job.input_size = UInt64(bytes.count)
    job.max_output_bytes = UInt64(max(limits.maxMemoryBytes, 1)) + UInt64(Self.outputSlack)
    request.withWanted(limits) { wanted in
      job.wanted = wanted
      if let size = wanted.image_size { job.image_size = size.pointee }
      if let size = wanted.frame_size { job.frame_size = size.pointee }
    }
    (job.wanted.image_size, job.wanted.frame_size, job.wanted.frame_times_us) = (nil, nil, nil)
    var times: [Int64] = []
    if case .times(let stated) = request.frames { times = stated }
    let padding = [UInt8](repeating: 0, count: times.isEmpty ? 0 : (8 - bytes.count % 8) % 8)
    try input.write(bytes)
    try input.write(padding)
    try input.write(times)
    try input.seal()
    return job
  }

  /// A worker that has the job. One that ended while it had none is no fault of this file.
  private func send(
    _ job: cwk_job, _ input: borrowing MemoryFile, _ output: borrowing MemoryFile, _ limits: MediaLimits
  ) throws(SystemError) -> Result<WorkerProcess, Unscored> {
    let memory = 2 * UInt64(max(limits.maxMemoryBytes, 1)) + Self.memorySlack
    let seconds =
      UInt64(max(limits.timeoutMilliseconds, 1) / 1000 + 1) * UInt64(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    while let worker = idle.withLock({ $0.popLast() }) {
      do throws(SystemError) {
        try worker.send(job, input: input, output: output, memory: memory, seconds: seconds)
        return .success(worker)
      } catch {
        worker.end()
      }
    }
    let worker: WorkerProcess
    do throws(Unscored) { worker = try WorkerProcess.start(program, plugin) } catch { return .failure(error) }
    do throws(SystemError) {
      try worker.send(job, input: input, output: output, memory: memory, seconds: seconds)
      return .success(worker)
    } catch {
      worker.end()
      throw error
    }
  }

  // MARK: From the worker

  private func finish(
    _ worker: WorkerProcess, _ reply: WorkerProcess.Reply, _ job: cwk_job, _ output: borrowing MemoryFile,
    _ limits: MediaLimits
  ) -> Result<Media, Unscored> {
    switch reply {
    case .answer(let answer) where answer.kind == CWK_DECODED:
      do throws(MediaRecords.Fault) {
        let media = try read(output, answer.size, job.max_output_bytes, limits)
        keep(worker)
        return .success(media)
      } catch {
        worker.end()
        return .failure(violation(error.message))
      }
    case .answer(let answer) where answer.kind == CWK_FAILED:
      let reason = Status(code: answer.status).reason
      guard [.invalidInput, .timeout, .judgeError].contains(reason) else {
        worker.end()
        return .failure(violation("a failure of status \(answer.status)"))
      }
      keep(worker)
      return .failure(Unscored(reason, answer.text))
    case .answer(let answer):
      worker.end()
      return .failure(violation("an answer of kind \(answer.kind)"))
    case .garbled, .gone:
      worker.end()
      return .failure(violation("a message that is no answer"))
    case .late:
      worker.end()
      return .failure(late(limits))
    }
  }

  private func keep(_ worker: WorkerProcess) { idle.withLock { $0.append(worker) } }

  /// What the worker wrote, after nobody can change it any more and its length is what it says.
  private func read(
    _ output: borrowing MemoryFile, _ stated: UInt64, _ limit: UInt64, _ limits: MediaLimits
  ) throws(MediaRecords.Fault) -> Media {
    let result: Result<Media, MediaRecords.Fault>
    do throws(SystemError) {
      try output.seal()
      let size = try output.size()
      if UInt64(size) == stated, stated <= limit {
        result = try output.withBytes(size) { bytes in
          Result { () throws(MediaRecords.Fault) in try MediaRecords.read(bytes, limits: limits) }
        }
      } else {
        let message = "a result of \(size) bytes that is said to have \(stated), of at most \(limit)"
        result = .failure(MediaRecords.Fault(message: message))
      }
    } catch {
      throw MediaRecords.Fault(message: "a result that cannot be read (\(error))")
    }
    return try result.get()
  }

  // MARK: What is said of a file

  private func violation(_ what: String) -> Unscored {
    Unscored(.invalidInput, "decoder '\(plugin.id)' was led to break the protocol of workers by this file: \(what)")
  }

  private func late(_ limits: MediaLimits) -> Unscored {
    Unscored(.timeout, "decoder '\(plugin.id)' did not finish within \(limits.timeoutMilliseconds) ms")
  }

  private func crash(_ end: WorkerProcess.End, _ limits: MediaLimits) -> Unscored {
    switch end {
    case .signalled(SIGXCPU), .signalled(SIGALRM): late(limits)
    case .signalled(SIGSYS):
      Unscored(
        .invalidInput,
        "decoder '\(plugin.id)' tried on this file what decoders may not: a system call outside its sandbox (SIGSYS)")
    case .signalled(SIGKILL):
      Unscored(
        .invalidInput,
        "decoder '\(plugin.id)' was ended on this file from outside, perhaps for want of memory (SIGKILL)")
    case .signalled: Unscored(.invalidInput, "decoder '\(plugin.id)' crashed on this file (\(end))")
    case .exited: Unscored(.invalidInput, "decoder '\(plugin.id)' ended its process on this file: \(end)")
    }
  }
}
