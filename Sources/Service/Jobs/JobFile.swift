internal import Glibc

/// Why a file of a job cannot be read or written.
struct JobFileProblem: Error, Sendable, Hashable {
  /// What was tried and what the system said, without the path.
  let message: String

  static func last(_ what: String) -> JobFileProblem {
    JobFileProblem(message: "\(what): \(String(cString: strerror(errno)))")
  }
}

/// Files that are there as a whole or not at all, whatever ends the process.
enum JobFile {
  /// Puts `bytes` under `path`: written beside it, on the disk, and then renamed.
  static func write(_ bytes: [UInt8], to path: String) throws(JobFileProblem) {
    let beside = path + ".new"
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .last("open for writing") }
    do throws(JobFileProblem) {
      defer { close(descriptor) }
      try append(bytes, to: descriptor)
      guard fsync(descriptor) == 0 else { throw .last("write") }
    } catch {
      unlink(beside)
      throw error
    }
    guard rename(beside, path) == 0 else { throw .last("rename") }
    syncFolder(of: path)
  }

  /// Adds `bytes` where `descriptor` stands.
  static func append(_ bytes: [UInt8], to descriptor: Int32) throws(JobFileProblem) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .last("write") }
      done += count
    }
  }

  /// All of a file; nil where there is none.
  static func read(_ path: String) throws(JobFileProblem) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .last("open")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .last("read") }
      guard count > 0 else { return bytes }
      bytes += block[..<count]
    }
  }

  /// What is in a folder, in order of name; a folder that is not there has nothing.
  static func list(_ folder: String) -> [String] {
    guard let entries = opendir(folder) else { return [] }
    defer { closedir(entries) }
    var names: [String] = []
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// What the files of a folder take, in bytes.
  static func size(_ folder: String) -> Int {
    list(folder).reduce(0) { total, name in
      var status = stat()
      return lstat("\(folder)/\(name)", &status) == 0 ? total + Int(status.st_size) : total
    }
  }

  /// Makes a folder that may be there, for nobody else to look into.
  static func makeFolder(_ path: String) throws(JobFileProblem) {
    guard mkdir(path, 0o700) != 0, errno != EEXIST else { return syncFolder(of: path) }
    throw .last("make the folder")
  }

  /// Takes a file away, where it is there.
  static func remove(_ path: String) { unlink(path) }

  /// Takes a folder of files away, the named one first: without it, the rest is nothing.
  static func removeFolder(_ path: String, first: String) {
    unlink("\(path)/\(first)")
    for name in list(path) { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// A name is on the disk when its folder is.
  private static func syncFolder(of path: String) {
    let end = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    let descriptor = open(end.isEmpty ? "/" : String(end), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
