import Glibc
import Wire

/// An open file descriptor, closed when it goes out of scope.
struct Descriptor: ~Copyable {
  let number: Int32

  /// `O_PATH` of Linux, which the Glibc module lacks: names a file without opening it for anything.
  static let pathOnly: Int32 = 0o10000000

  init(_ path: String, _ flags: Int32) throws(Unscored) {
    number = open(path, flags)
    if number < 0 { throw Unscored(.invalidInput, "cannot be opened: \(Self.lastError)") }
  }

  deinit { close(number) }

  /// Where the file is, free of links, whatever path it was opened by.
  var realPath: String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let link = "/proc/self/fd/\(number)"
    let count = buffer.withUnsafeMutableBytes { buffer -> Int in
      guard let start = buffer.baseAddress else { return -1 }
      return readlink(link, start.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// The size of a regular file; anything else is refused by the name of what it is.
  func regularFileSize() throws(Unscored) -> Int {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw Unscored(.invalidInput, "cannot be examined: \(Self.lastError)") }
    let kind: String
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: kind = "a folder"
    case S_IFIFO: kind = "a named pipe"
    case S_IFSOCK: kind = "a socket"
    case S_IFCHR, S_IFBLK: kind = "a device"
    default: kind = "no regular file"
    }
    throw Unscored(.invalidInput, "is \(kind); only regular files are read")
  }

  /// Exactly `size` bytes; a file that meanwhile grew or shrank is refused, since it may be half written.
  func readAll(_ size: Int) throws(Unscored) -> [UInt8] {
    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      while count < buffer.count {
        let got = read(number, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = Self.lastError }
        if got <= 0 { return }
        count += got
      }
    }
    if let failure { throw Unscored(.invalidInput, "cannot be read: \(failure)") }
    guard bytes.count == size else {
      throw Unscored(
        .invalidInput, "changed its size while it was read (it had \(size) bytes); try again once it is written")
    }
    return bytes
  }

  private static var lastError: String { String(cString: strerror(errno)) }
}
