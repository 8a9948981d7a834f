import Glibc

/// A program that was run to its end, or to its deadline.
public struct ChildProcess: Sendable {
  /// How it ended.
  public enum End: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)
    /// It was still running at the deadline, and was killed with all that it had started.
    case timedOut
  }

  /// How it ended.
  public let end: End
  /// What it wrote to standard output, the last mebibyte at least.
  public let output: String
  /// What it wrote to standard error, the last mebibyte at least.
  public let errorOutput: String

  /// It could not be started.
  public struct StartError: Error, CustomStringConvertible {
    /// The program and the system's reason.
    public let description: String
  }

  /// Runs `arguments[0]`, found through `PATH` where it has no slash, with standard input empty.
  public static func run(_ arguments: [String], deadlineMilliseconds: Int) throws(StartError) -> ChildProcess {
    var running = try RunningChild(arguments)
    return running.wait(until: monotonicMilliseconds() + deadlineMilliseconds)
  }
}

private struct RunningChild {
  private let process: pid_t
  private var pipes: [Pipe]

  private struct Pipe {
    var descriptor: Int32?
    var bytes: [UInt8] = []
    static let limit = 1 << 20

    /// Takes what is there without waiting; closes at the end.
    mutating func drain() {
      guard let descriptor else { return }
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count > 0 {
          bytes += buffer[..<count]
          if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
          shut()
          return
        } else if errno == EAGAIN {
          return
        }
      }
    }

    mutating func shut() {
      if let descriptor { close(descriptor) }
      descriptor = nil
    }
  }

  init(_ arguments: [String]) throws(ChildProcess.StartError) {
    var output: [Int32] = [0, 0], errors: [Int32] = [0, 0]
    guard pipe(&output) == 0, pipe(&errors) == 0 else {
      throw ChildProcess.StartError(description: "no pipe: \(String(cString: strerror(errno)))")
    }
    // Children that other threads start now must not inherit these; the end of the process is what counts, not of the pipes,
    // so the moment before this line does no harm.
    for end in output + errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer {
      close(output[1])
      close(errors[1])
    }
    let actions = UnsafeMutablePointer<posix_spawn_file_actions_t>.allocate(capacity: 1)
    let attributes = UnsafeMutablePointer<posix_spawnattr_t>.allocate(capacity: 1)
    defer {
      posix_spawn_file_actions_destroy(actions)
      posix_spawnattr_destroy(attributes)
      actions.deallocate()
      attributes.deallocate()
    }
    posix_spawn_file_actions_init(actions)
    posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(actions, output[1], 1)
    posix_spawn_file_actions_adddup2(actions, errors[1], 2)
    posix_spawnattr_init(attributes)
    // A group of its own, so that what it starts can be killed with it.
    posix_spawnattr_setflags(attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var strings: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for string in strings { free(string) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, arguments[0], actions, attributes, &strings, environ)
    guard code == 0 else {
      close(output[0])
      close(errors[0])
      throw ChildProcess.StartError(description: "\(arguments[0]): \(String(cString: strerror(code)))")
    }
    self.process = process
    pipes = [Pipe(descriptor: output[0]), Pipe(descriptor: errors[0])]
    for end in [output[0], errors[0]] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
  }

  mutating func wait(until deadline: Int) -> ChildProcess {
    var status: Int32 = 0
    var end: ChildProcess.End?
    while end == nil {
      for at in pipes.indices { pipes[at].drain() }
      let code = waitpid(process, &status, WNOHANG)
      if code == process {
        end = Self.end(status)
      } else if monotonicMilliseconds() >= deadline {
        kill(-process, SIGKILL)
        waitpid(process, &status, 0)
        end = .timedOut
      } else {
        // The end of the process is not an event of the pipes, so look again soon.
        var watched = pipes.compactMap { $0.descriptor.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) } }
        poll(&watched, nfds_t(watched.count), Int32(min(10, max(1, deadline - monotonicMilliseconds()))))
      }
    }
    for at in pipes.indices {
      pipes[at].drain()
      pipes[at].shut()
    }
    return ChildProcess(
      end: end ?? .timedOut, output: String(decoding: pipes[0].bytes, as: UTF8.self),
      errorOutput: String(decoding: pipes[1].bytes, as: UTF8.self))
  }

  /// What `WIFEXITED` and its kin say; they are macros.
  private static func end(_ status: Int32) -> ChildProcess.End {
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
  }
}

private func monotonicMilliseconds() -> Int {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}
