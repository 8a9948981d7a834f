import Batch
import Glibc

/// A file that a command makes at once.
enum WholeFile {
  /// Writes `text`; a file with content is kept unless it may be overwritten.
  static func write(_ text: String, to path: String, overwrite: Bool) throws {
    try write(Array(text.utf8), to: path, overwrite: overwrite)
  }

  /// The same with bytes. A regular file is there as a whole or as it was before: half a report reads like a whole one.
  ///
  /// - Parameter named: How the file is named, for the message to whoever did not name one.
  static func write(_ bytes: [UInt8], to path: String, overwrite: Bool, named: String = "") throws {
    var info = stat()
    let isThere = stat(path, &info) == 0
    if isThere, info.st_mode & S_IFMT == S_IFREG, info.st_size > 0, !overwrite {
      throw CommandFailure.usage(
        "\(path): exists already; name another file\(named), or pass --overwrite to replace it")
    }
    if isThere, info.st_mode & S_IFMT == S_IFDIR { throw CommandFailure.usage("\(path): is a folder") }
    // Pipes and devices have no beginning to keep.
    guard !isThere || info.st_mode & S_IFMT == S_IFREG else { return try put(bytes, into: path, path, flags: 0, 0) }
    let place = isThere ? resolved(path) : path
    let beside = "\(place).\(getpid()).new"
    try put(bytes, into: beside, path, flags: O_CREAT | O_EXCL, isThere ? info.st_mode & 0o777 : 0o666)
    guard rename(beside, place) == 0 else {
      let code = errno
      unlink(beside)
      throw CommandFailure(.outputFailed, [FileError("write", path, code: code).description])
    }
  }

  private static func put(
    _ bytes: [UInt8], into file: String, _ path: String, flags: Int32, _ mode: mode_t
  ) throws {
    let descriptor = open(file, O_WRONLY | O_CLOEXEC | flags, mode)
    guard descriptor >= 0 else {
      throw CommandFailure.usage(FileError("open for writing", path, code: errno))
    }
    var done = 0
    var code: Int32 = 0
    while done < bytes.count, code == 0 {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count >= 0 { done += count } else if errno != EINTR { code = errno }
    }
    if code == 0, flags != 0, fsync(descriptor) != 0 { code = errno }
    close(descriptor)
    guard code != 0 else { return }
    if flags != 0 { unlink(file) }
    throw CommandFailure(.outputFailed, [FileError("write", path, code: code).description])
  }

  /// Where links lead to: they stay what they are.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}
