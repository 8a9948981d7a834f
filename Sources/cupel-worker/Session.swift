import CCupelPlugin
import CSandbox
import CWorker
import Glibc
import Media
import PluginBridge
import PluginHost
import Wire

/// From the start of a worker to its end: load the plugin, lock in, decode until the host has gone.
enum Session {
  /// Returns the exit status.
  static func run(plugin file: String?) -> Int32 {
    var status = stat()
    guard let file, fstat(CWK_SOCKET, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
      let usage = Array("cupel-worker is started by cupel, with a plugin and a socket\n".utf8)
      _ = write(STDERR_FILENO, usage, usage.count)
      return 64
    }
    switch prepare(file) {
    case .failure(let why):
      say(CWK_REFUSED, message: why.message)
      return 1
    case .success(let (call, version)):
      // What the plugin says while it is loaded, the host hears from its own.
      PluginLog.send(to: JobLog.take)
      say(CWK_READY, message: version)
      return serve(call)
    }
  }

  private struct Refusal: Error { let message: String }

  private static func prepare(_ file: String) -> Result<(DecoderCall, version: String), Refusal> {
    let prepared = csb_prepare(CWK_SOCKET)
    guard prepared == 0 else { return .failure(Refusal(message: "it could not be prepared: \(text(prepared))")) }
    let plugin: LoadedPlugin
    do throws(PluginFailure) {
      plugin = try LoadedPlugin.load(file)
    } catch {
      return .failure(Refusal(message: error.description))
    }
    guard let table = plugin.decoder else { return .failure(Refusal(message: "\(file): is no decoder")) }
    let locked = csb_lock(CWK_SOCKET)
    guard locked == 0 else {
      return .failure(Refusal(message: "the system does not let it lock itself in (seccomp): \(text(locked))"))
    }
    return .success((DecoderCall(pluginID: plugin.info.id, table: table), plugin.info.version))
  }

  private static func serve(_ call: DecoderCall) -> Int32 {
    while true {
      var job = cwk_job()
      var descriptors: [Int32] = [-1, -1]
      let code = cwk_receive(CWK_SOCKET, &job, MemoryLayout<cwk_job>.size, &descriptors, 2)
      if code == EPIPE { return 0 }
      guard code == 0, job.struct_size == UInt64(MemoryLayout<cwk_job>.size) else { return 70 }
      // The host ends a worker that is late; this is for one whose host has gone.
      csb_watch(job.wanted.timeout_ms / 1000 + 30)
      JobLog.begin()
      decode(job, call, input: descriptors[0], output: descriptors[1])
      csb_watch(0)
      for descriptor in descriptors { close(descriptor) }
    }
  }

  private static func decode(_ job: cwk_job, _ call: DecoderCall, input: Int32, output: Int32) {
    do throws(Unscored) {
      let media = try FileInput(descriptor: input, size: job.input_size).decode(job, call)
      guard let size = MediaRecords.write(media, to: output) else {
        throw Unscored(.invalidInput, "the decoded media cannot be handed over: \(text(errno)) (max_memory_bytes)")
      }
      JobLog.end()
      say(CWK_DECODED, size: size)
    } catch {
      JobLog.end()
      say(CWK_FAILED, status: Status(error.reason).rawValue, message: error.message)
    }
  }

  static func say(_ kind: Int, status: cupel_status = 0, size: Int = 0, message: String = "") {
    var answer = cwk_answer()
    answer.kind = UInt32(kind)
    answer.status = status
    answer.size = UInt64(size)
    withUnsafeMutableBytes(of: &answer.message) { room in
      let bytes = Array(message.utf8.prefix(room.count))
      room.copyBytes(from: bytes)
      answer.message_size = UInt32(bytes.count)
    }
    // Where nobody is there any more, the next receive ends the session.
    _ = cwk_send(CWK_SOCKET, &answer, MemoryLayout<cwk_answer>.size, nil, 0)
  }

  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
