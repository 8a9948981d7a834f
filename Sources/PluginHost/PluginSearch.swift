import Glibc

/// Where plugins are looked for, in this order: files that were named, `CUPEL_PLUGIN_PATH`, the folders of the installation.
public struct PluginSearch: Sendable, Hashable {
  /// Files and folders that were named; one that is missing is a failure.
  public var named: [String]
  /// Folders that need not be there.
  public var folders: [Folder]

  /// A folder and which of its files are plugins.
  public struct Folder: Sendable, Hashable {
    /// The folder.
    public let path: String
    /// What the name of a plugin starts with; the end is always `.so`.
    public let prefix: String

    /// A folder whose plugins have names that start with `prefix`.
    public init(path: String, prefix: String = "") {
      self.path = path
      self.prefix = prefix
    }
  }

  /// Just these places.
  public init(named: [String] = [], folders: [Folder] = []) {
    self.named = named
    self.folders = folders
  }

  /// The usual places: `CUPEL_PLUGIN_PATH` (files and folders, separated by colons), `../lib/cupel/plugins` beside the folder of the
  /// running executable, and, for a development build, `libcupel-*.so` in the executable's own folder.
  ///
  /// - Parameter files: Further files or folders, before all others.
  public static func standard(files: [String] = [], environment: String? = nil) -> PluginSearch {
    let path = environment ?? getenv("CUPEL_PLUGIN_PATH").map { String(cString: $0) } ?? ""
    var search = PluginSearch(named: files + path.split(separator: ":").map(String.init))
    if let executable = resolvedPath("/proc/self/exe"), let slash = executable.lastIndex(of: "/") {
      let folder = String(executable[..<slash])
      search.folders = [
        Folder(path: folder + "/../lib/cupel/plugins"), Folder(path: folder, prefix: "libcupel-"),
      ]
    }
    return search
  }

  /// The candidate files in a stable order, each once, and what is wrong with the places themselves.
  func candidates() -> (files: [String], failures: [PluginFailure]) {
    var files: [String] = []
    var failures: [PluginFailure] = []
    func add(_ file: String) { if !files.contains(file) { files.append(file) } }
    for place in named {
      guard let path = resolvedPath(place) else {
        failures.append(PluginFailure(file: place, "cannot be read: \(String(cString: strerror(errno)))"))
        continue
      }
      if isFolder(path) {
        list(Folder(path: path), &failures).forEach(add)
      } else {
        add(path)
      }
    }
    for folder in folders {
      if let path = resolvedPath(folder.path), isFolder(path) {
        list(Folder(path: path, prefix: folder.prefix), &failures).forEach(add)
      }
    }
    return (files, failures)
  }

  private func list(_ folder: Folder, _ failures: inout [PluginFailure]) -> [String] {
    guard let handle = opendir(folder.path) else {
      failures.append(PluginFailure(file: folder.path, "cannot be read: \(String(cString: strerror(errno)))"))
      return []
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".so"), name.hasPrefix(folder.prefix) { names.append(name) }
    }
    return names.sorted().map { resolvedPath("\(folder.path)/\($0)") ?? "\(folder.path)/\($0)" }
  }
}

/// The absolute path without symbolic links; nil, with `errno` set, where there is none.
package func resolvedPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
