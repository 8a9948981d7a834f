import Glibc

/// Whole files, read through the C library.
enum File {
  /// The bytes of a regular file; anything else (a folder, a device, a pipe that never ends) is refused.
  static func read(_ path: String, limits: DocumentLimits) throws(DocumentError) -> [UInt8] {
    guard !path.utf8.contains(0) else { throw DocumentError(file: path, "a file name cannot hold a NUL character") }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw DocumentError(file: path, "is not a regular file") }
    guard status.st_size <= limits.bytes else { throw SourceText.tooLarge(status.st_size, name: path, limits: limits) }
    // One byte more than allowed, so that a file that grows meanwhile is noticed.
    var bytes = [UInt8](repeating: 0, count: limits.bytes + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure(path) }
      if got == 0 { break }
      count += got
    }
    return Array(bytes[..<count])
  }

  private static func failure(_ path: String) -> DocumentError {
    DocumentError(file: path, "cannot be read: \(String(cString: strerror(errno)))")
  }
}
