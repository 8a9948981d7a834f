internal import Glibc

/// Reads a file line by line in constant memory: a line beyond the limit is counted and skipped, never held.
public struct LineReader: ~Copyable {
  /// What stands between two line ends.
  public enum Line {
    /// The bytes without the line end (`\n` or `\r\n`).
    case text([UInt8])
    /// More bytes than the limit; how many there were.
    case tooLong(bytes: Int)
  }

  /// For messages.
  public let path: String
  private let descriptor: Int32
  private let limit: Int
  private var chunk: [UInt8] = []
  private var position = 0
  private var atEnd = false

  /// The number of the line that was read last, from 1.
  public private(set) var lineNumber = 0
  /// Bytes consumed from the start of the file.
  public private(set) var offset = 0

  private static let chunkBytes = 256 << 10
  private static let newline: UInt8 = 0x0A

  /// Opens `path`; `-` is standard input.
  public init(path: String, limit: Int) throws(FileError) {
    self.path = path
    self.limit = limit
    descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", path) }
  }

  deinit { close(descriptor) }

  /// The next line; nil at the end. A last line without a line end counts.
  public mutating func next() throws(FileError) -> Line? {
    var line: [UInt8] = []
    var length = 0
    var ended = false
    while !ended {
      if position == chunk.count, try !fill() { break }
      let end = lineEnd
      let piece = position..<(end ?? chunk.count)
      length += piece.count
      if length <= limit { line.append(contentsOf: chunk[piece]) } else { line = [] }
      offset += piece.count + (end == nil ? 0 : 1)
      position = end.map { $0 + 1 } ?? chunk.count
      ended = end != nil
    }
    guard ended || length > 0 else { return nil }
    lineNumber += 1
    if length > limit { return .tooLong(bytes: length) }
    if line.last == 0x0D { line.removeLast() }
    return .text(line)
  }

  /// Where the line at `position` ends in the chunk.
  private var lineEnd: Int? {
    chunk.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress,
        let found = memchr(start + position, Int32(Self.newline), bytes.count - position)
      else { return nil }
      return start.distance(to: UnsafeRawPointer(found))
    }
  }

  /// Reads the next chunk; false at the end of the file.
  private mutating func fill() throws(FileError) -> Bool {
    guard !atEnd else { return false }
    var count = 0
    chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkBytes) { buffer, filled in
      count = retryingInterrupts { read(descriptor, buffer.baseAddress, Self.chunkBytes) }
      filled = max(count, 0)
    }
    position = 0
    guard count >= 0 else { throw .last("read", path) }
    atEnd = count == 0
    return count > 0
  }
}
