import Foundation
import Glibc

/// A folder for one test, removed with everything in it when the test ends.
final class Scratch {
  let path: String
  private var number = 0

  /// Another number each time.
  func nextNumber() -> Int {
    number += 1
    return number
  }

  init() {
    var template = Array("/tmp/cupel-test-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of `name` in the folder.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  @discardableResult func write(_ name: String, _ bytes: [UInt8]) -> String {
    for (at, character) in name.enumerated() where character == "/" { mkdir(self(String(name.prefix(at))), 0o755) }
    let descriptor = open(self(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(descriptor >= 0)
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      done += bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
    return self(name)
  }

  /// Copies the files of another folder into this one.
  func copy(folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: self(name))
    }
  }

  @discardableResult func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

  func read(_ name: String) -> String { Self.content(of: self(name)) }

  func lines(_ name: String) -> [String] { read(name).split(separator: "\n").map(String.init) }

  /// The text of a file; empty where there is none.
  static func content(of path: String) -> String {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = Glibc.read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
