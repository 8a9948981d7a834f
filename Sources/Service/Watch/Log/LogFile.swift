internal import Glibc

/// Where lines go: a file that may be renamed and full, or standard error, whose reader may be gone.
struct LogFile {
  /// Why a file cannot be written to.
  struct Problem: Error {
    let description: String
  }

  /// nil: standard error.
  private let path: String?
  private var descriptor: Int32
  /// Whether the last line broke off in its middle.
  private var isTorn = false

  /// Standard error.
  init() { (path, descriptor) = (nil, STDERR_FILENO) }

  /// A file, which is made where it is not there; lines are added at its end.
  init(path: String) throws(Problem) {
    self.path = path
    descriptor = try Self.open(path)
  }

  /// What stands under the path is another file from now on: it was renamed by what keeps logs short. Where that cannot be opened, the
  /// old one goes on.
  mutating func reopen() throws(Problem) {
    guard let path else { return }
    let other = try Self.open(path)
    Glibc.close(descriptor)
    (descriptor, isTorn) = (other, false)
  }

  /// Closes it, unless it is standard error.
  func close() { if path != nil { Glibc.close(descriptor) } }

  /// Writes all of `lines`, or as many as it can. Returns how many bytes were left over.
  mutating func write(_ lines: [UInt8]) -> Int {
    // What comes after half a line is not part of it.
    var done = 0
    let lines = isTorn ? [UInt8(ascii: "\n")] + lines : lines
    while done < lines.count {
      let count = lines[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        done += count
      } else if count < 0, errno == EAGAIN {
        // Somebody made it non-blocking; until there is room, lines wait in the queue.
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, 1000)
      } else if count < 0, errno != EINTR {
        break
      }
    }
    if done > 0 { isTorn = lines[done - 1] != UInt8(ascii: "\n") }
    return lines.count - done
  }

  /// Non-blocking at first, because a pipe that nobody reads would keep the server from starting.
  private static func open(_ path: String) throws(Problem) -> Int32 {
    let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o640)
    guard descriptor >= 0 else {
      let why = errno == ENXIO ? "it is a pipe that nobody reads" : String(cString: strerror(errno))
      throw Problem(description: "\(path): cannot be written to: \(why)")
    }
    _ = fcntl(descriptor, F_SETFL, O_APPEND)
    return descriptor
  }
}
