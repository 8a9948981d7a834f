internal import Glibc

/// Writes whole lines to a file. Whatever stops it (a full disk, a signal between two writes), the file holds complete lines.
public struct LineWriter: ~Copyable {
  /// For messages.
  public let path: String
  private let descriptor: Int32
  private var pending: [UInt8] = []
  /// Complete lines that were handed to the system.
  public private(set) var lines = 0
  private var pendingLines = 0
  /// Bytes of complete lines in the file, where it is one that can be cut back.
  private var written: Int
  private let isRegular: Bool

  private static let bufferBytes = 256 << 10

  /// What to do with a file that is already there.
  public enum Existing: Sendable {
    /// Refuse: results may have cost money.
    case keep
    case overwrite
  }

  /// Opens `path` for writing; `-` is standard output.
  ///
  /// - Throws: ``UsageError`` when a file with content is there and is to be kept, when the path cannot be opened, or when another run writes to
  ///   it: two would write over each other's lines.
  public init(path: String, existing: Existing) throws(UsageError) {
    self.path = path == "-" ? "standard output" : path
    let isStandard = path == "-"
    descriptor = isStandard ? dup(STDOUT_FILENO) : try Self.open(path, existing)
    isRegular = !isStandard && FileKind(of: path, followingLinks: true).isFile
    written = 0
  }

  private static func open(_ path: String, _ existing: Existing) throws(UsageError) -> Int32 {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw UsageError(FileError.last("open for writing", path).description) }
    guard case .file = FileKind(of: path, followingLinks: true) else { return descriptor }
    func refuse(_ why: String) -> UsageError {
      close(descriptor)
      return UsageError(why)
    }
    // Where the file system has no locks, there are none to respect.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      throw refuse("\(path): is being written by another run; wait for it, or name another file")
    }
    if lseek(descriptor, 0, SEEK_END) > 0, case .keep = existing {
      throw refuse("\(path): exists already; name another file, or pass --overwrite to replace it")
    }
    // Emptied here, and not by a rename at the end: what is judged must be on the disk when the machine goes down.
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw refuse(FileError.last("write", path).description)
    }
    return descriptor
  }

  deinit {
    // Not by closing alone: a process that is being started has the descriptor, and the lock with it, until it is another program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Adds a line (without its line end) to what is written next.
  public mutating func append(_ line: [UInt8]) throws(FileError) {
    pending.append(contentsOf: line)
    pending.append(0x0A)
    pendingLines += 1
    if pending.count >= Self.bufferBytes { try flush() }
  }

  /// Hands all pending lines to the system.
  ///
  /// - Throws: after cutting the file back to its last complete line. What was pending is given up.
  public mutating func flush() throws(FileError) {
    guard !pending.isEmpty else { return }
    var done = 0
    while done < pending.count {
      let count = pending.withUnsafeBytes { bytes in
        retryingInterrupts { write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done) }
      }
      guard count >= 0 else {
        let error = FileError.last("write", path)
        cutBack(after: done)
        (pending, pendingLines) = ([], 0)
        throw error
      }
      done += count
    }
    written += pending.count
    lines += pendingLines
    pendingLines = 0
    pending.removeAll(keepingCapacity: pending.capacity <= 2 * Self.bufferBytes)
  }

  /// Flushes, and asks the system to put everything on the disk, which is when a full one may first be noticed.
  public mutating func finish() throws(FileError) {
    try flush()
    guard isRegular, fsync(descriptor) != 0 else { return }
    throw .last("write", path)
  }

  /// Keeps the complete lines among the `done` bytes that reached the file, and drops the piece of a line after them.
  private mutating func cutBack(after done: Int) {
    lines += pending[..<done].count { $0 == 0x0A }
    guard isRegular, done > 0 else { return }
    let complete = pending[..<done].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    written += complete
    // Shrinking a file needs no space. Should it fail all the same, the error of the write is the one to report.
    _ = ftruncate(descriptor, off_t(written))
  }
}
