import Foundation
import Glibc

/// A folder for one test, removed with everything in it when the test ends.
final class EngineScratch {
  let path: String

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

  @discardableResult func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }

  func remove(_ name: String) { unlink(self(name)) }
}
