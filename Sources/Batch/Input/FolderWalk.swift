internal import Glibc

/// The files of a folder and its folders, in byte order of their paths, so that every run sees them in the same order.
struct FolderWalk {
  /// A file to grade, or something that stands where a file should and why it cannot be one.
  struct Entry {
    /// As the folder was named, and the path inside it.
    let path: String
    let bytes: Int
    let problem: String?
  }

  private(set) var entries: [Entry] = []
  /// Files and folders whose name starts with a dot, which are left out.
  private(set) var skippedDotFiles = 0

  private let root: String

  /// Lists everything under `folder`. A symbolic link counts when it leads to a file inside the folder.
  init(_ folder: String) throws(FileError) {
    guard let real = realPath(folder) else { throw .last("open", folder) }
    root = real
    try walk(folder.hasSuffix("/") && folder.utf8.count > 1 ? String(folder.dropLast()) : folder)
  }

  private mutating func walk(_ folder: String) throws(FileError) {
    for name in try names(in: folder) {
      if name.hasPrefix(".") {
        skippedDotFiles += 1
        continue
      }
      let path = "\(folder)/\(name)"
      switch FileKind(of: path, followingLinks: false) {
      case .folder:
        do throws(FileError) { try walk(path) } catch {
          entries.append(Entry(path: path, bytes: 0, problem: error.description))
        }
      case .file(let bytes): entries.append(Entry(path: path, bytes: bytes, problem: nil))
      case .link: entries.append(entry(ofLink: path))
      case .other(let what): entries.append(Entry(path: path, bytes: 0, problem: "is \(what), not a file"))
      case .missing(let error): entries.append(Entry(path: path, bytes: 0, problem: error))
      }
    }
  }

  private func entry(ofLink path: String) -> Entry {
    func refused(_ problem: String) -> Entry { Entry(path: path, bytes: 0, problem: problem) }
    guard let target = realPath(path) else { return refused("is a symbolic link that leads nowhere") }
    guard target == root || target.hasPrefix(root == "/" ? root : root + "/") else {
      return refused("is a symbolic link out of the folder; copy the file, or name its folder as an input")
    }
    guard case .file(let bytes) = FileKind(of: target, followingLinks: false) else {
      return refused("is a symbolic link to something that is not a file")
    }
    return Entry(path: path, bytes: bytes, problem: nil)
  }

  private func names(in folder: String) throws(FileError) -> [String] {
    guard let handle = opendir(folder) else { throw .last("open", folder) }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// What stands at a path.
enum FileKind: Equatable {
  case file(bytes: Int)
  case folder
  case link
  /// A device, socket or pipe, in words with an article.
  case other(String)
  /// Nothing, or nothing that may be looked at; the system's words for it.
  case missing(String)

  var isFile: Bool { if case .file = self { true } else { false } }

  init(of path: String, followingLinks: Bool) {
    var info = stat()
    guard (followingLinks ? stat(path, &info) : lstat(path, &info)) == 0 else {
      self = .missing(String(cString: strerror(errno)))
      return
    }
    switch info.st_mode & S_IFMT {
    case S_IFREG: self = .file(bytes: Int(info.st_size))
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    case S_IFIFO: self = .other("a pipe")
    case S_IFSOCK: self = .other("a socket")
    default: self = .other("a device")
    }
  }
}

/// The absolute path without links; nil, with errno set, when there is nothing.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}
