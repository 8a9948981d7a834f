import Glibc

/// A folder of its own, which is gone with it.
final class Scratch: Sendable {
  let folder: String

  init() {
    var template = Array("/tmp/cupel-audits-XXXXXX".utf8CString)
    folder = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
  }

  deinit {
    guard folder != "/tmp", let open = opendir(folder) else { return }
    while let entry = readdir(open) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { unlink(path(name)) }
    }
    closedir(open)
    rmdir(folder)
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func write(_ name: String, _ text: String) throws {
    let file = fopen(path(name), "w")
    fputs(text, file)
    fclose(file)
  }

  func truncate(_ name: String, by bytes: Int) throws {
    var status = stat()
    stat(path(name), &status)
    Glibc.truncate(path(name), status.st_size - off_t(bytes))
  }
}
