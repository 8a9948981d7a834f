import Foundation
import Glibc
import Testing

/// A folder of its own for one test, removed afterwards.
final class Scratch: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/cupel-media-XXXXXX".utf8CString)
    // The true path, since /tmp may be a link.
    let folder = try #require(mkdtemp(&template))
    let made = try #require(realpath(folder, nil))
    defer { free(made) }
    path = String(cString: made)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func folder(_ name: String) throws { try #require(mkdir("\(path)/\(name)", 0o755) == 0) }
  func link(_ name: String, to target: String) throws { try #require(symlink(target, "\(path)/\(name)") == 0) }
  func pipe(_ name: String) throws { try #require(mkfifo("\(path)/\(name)", 0o644) == 0) }

  func bytes(_ name: String, _ content: [UInt8]) throws {
    let file = try #require(fopen("\(path)/\(name)", "w"))
    fwrite(content, 1, content.count, file)
    fclose(file)
  }

  /// A file, optionally made longer than its content; the rest takes no room on the disk.
  func file(_ name: String, _ content: String, size: Int? = nil) throws {
    try bytes(name, Array(content.utf8))
    if let size { try #require(truncate("\(path)/\(name)", size) == 0) }
  }
}
