import Crypto
import Glibc
import PluginKit

/// A GGUF file as it lies on the disk.
struct ModelFile: Sendable {
  /// What tells one state of a file from another without reading it.
  private struct Stamp: Sendable, Equatable {
    let inode: UInt64
    let bytes: Int
    let seconds: Int
    let nanoseconds: Int
  }

  /// The option that names it.
  let option: String
  let path: String
  let bytes: Int
  /// SHA-256 of the whole file, in hexadecimal digits.
  let digest: String
  private let stamp: Stamp

  /// Reads the file through once. Throws for what cannot be read or is no GGUF file.
  init(path: String, option: String = "model") throws(PluginError) {
    self.path = path
    self.option = option
    func error(_ why: String) -> PluginError { Self.error(option, path, why) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw error(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    guard let stamp = Self.stamp({ fstat(descriptor, &$0) }) else {
      throw error("is not a file; a model is one GGUF file")
    }
    self.stamp = stamp
    bytes = stamp.bytes
    digest = try Self.read(descriptor, error)
  }

  /// An error that names the option and the file.
  func error(_ why: String) -> PluginError { Self.error(option, path, why) }

  /// Throws if the file is no longer the one that was opened: the library may read its weights from it at any time.
  func checkUnchanged() throws(PluginError) {
    guard Self.stamp({ stat(path, &$0) }) == stamp else {
      throw PluginError(.failed, "\(path) has changed since it was opened; start again to use the new file")
    }
  }

  private static func stamp(_ look: (inout stat) -> Int32) -> Stamp? {
    var status = stat()
    guard look(&status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Stamp(
      inode: UInt64(status.st_ino), bytes: Int(status.st_size), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
  }

  private static func error(_ option: String, _ path: String, _ why: String) -> PluginError {
    PluginError(.invalidInput, "\(option): \(path): \(why)")
  }

  private static func read(_ descriptor: Int32, _ error: (String) -> PluginError) throws(PluginError) -> String {
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var isFirst = true
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw error(String(cString: strerror(errno))) }
      if isFirst { try checkStart(Array(buffer.prefix(min(count, 8))), error) }
      isFirst = false
      if count == 0 { break }
      buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// `GGUF` and a version, in little-endian order.
  private static func checkStart(_ bytes: [UInt8], _ error: (String) -> PluginError) throws(PluginError) {
    guard bytes.starts(with: Array("GGUF".utf8)) else {
      throw error("is not a GGUF file; convert the model with llama.cpp's convert_hf_to_gguf.py")
    }
    guard bytes.count == 8 else { throw error("ends after \(bytes.count) bytes; fetch it again") }
    let version = bytes[4...].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard (2...3).contains(version) else {
      throw error("is GGUF version \(version); accepted: 2 and 3, little-endian; convert the model again")
    }
  }
}
