import Glibc

/// Reads a file line by line through one buffer, with the place of every line.
struct LineReader {
  struct Line {
    /// Counted from 1.
    let number: Int
    let offset: Int
    /// Without the line end.
    let bytes: [UInt8]
  }

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var used = 0
  private var number = 0
  private var offset = 0
  private var isAtEnd = false
  private static let chunk = 1 << 20

  /// The descriptor stays the caller's.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The next line; nil at the end of the file. Throws the system's error code.
  mutating func next() throws(Errno) -> Line? {
    var searched = used
    while true {
      if let end = lineFeed(from: searched) {
        defer { used = end + 1 }
        return line(to: end, skipping: 1)
      }
      searched = buffer.count
      if isAtEnd {
        guard used < buffer.count else { return nil }
        defer { used = buffer.count }
        return line(to: buffer.count, skipping: 0)
      }
      searched -= used
      try fill()
    }
  }

  private func lineFeed(from start: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, start < bytes.count else { return nil }
      return memchr(base + start, 0x0A, bytes.count - start).map { UnsafeRawPointer($0) - base }
    }
  }

  private mutating func line(to end: Int, skipping: Int) -> Line {
    number += 1
    defer { offset += end - used + skipping }
    return Line(number: number, offset: offset, bytes: Array(buffer[used..<end]))
  }

  private mutating func fill() throws(Errno) {
    buffer.removeSubrange(..<used)
    used = 0
    var count = 0
    var code: Int32 = 0
    buffer += [UInt8](unsafeUninitializedCapacity: Self.chunk) { [descriptor] room, filled in
      repeat { count = read(descriptor, room.baseAddress, room.count) } while count < 0 && errno == EINTR
      code = errno
      filled = max(count, 0)
    }
    if count < 0 { throw Errno(code: code) }
    isAtEnd = count == 0
  }
}

/// An error of the system.
struct Errno: Error, CustomStringConvertible {
  let code: Int32
  var description: String { String(cString: strerror(code)) }
}
