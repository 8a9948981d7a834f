internal import Glibc

/// Which file something is, by whatever name it goes: links, hard ones too, and redirected streams have that of the file they lead to.
public struct FileIdentity: Sendable, Hashable {
  private let device: UInt64
  private let number: UInt64

  /// Of the regular file at `path`, or of the one that `-` is redirected to or from; nil where there is none.
  ///
  /// - Parameter standard: The descriptor that `-` stands for.
  public init?(of path: String, standard: Int32) {
    var info = stat()
    guard (path == "-" ? fstat(standard, &info) : stat(path, &info)) == 0, info.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    (device, number) = (UInt64(info.st_dev), UInt64(info.st_ino))
  }
}
