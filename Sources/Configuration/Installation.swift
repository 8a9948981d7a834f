internal import Glibc

/// Where the files that belong to a running `cupel` are, found relative to its executable, so that the tree can be moved.
public struct Installation: Sendable, Hashable {
  /// Folders of rubrics, in the order they are searched.
  public let rubricFolders: [String]
  /// Folders of styles.
  public let styleFolders: [String]
  /// Folders of items for audits.
  public let auditFolders: [String]

  /// Looks around the executable: `../share/cupel` of an installation, or the sources of a development build, which lies in
  /// `.build/<platform>/<configuration>` (or in a deeper folder of `.build`).
  public init(executable: String? = realPath("/proc/self/exe")) {
    let folder = executable.map(Self.folder(of:)) ?? "."
    let share = Self.folder(of: folder) + "/share/cupel"
    if access(share, F_OK) == 0 {
      (rubricFolders, styleFolders) = (["\(share)/rubrics"], ["\(share)/styles"])
      auditFolders = ["\(share)/audit-items"]
    } else if let sources = Self.sources(around: folder) {
      (rubricFolders, styleFolders, auditFolders) = (["\(sources)/Rubrics"], [], ["\(sources)/AuditItems"])
    } else {
      (rubricFolders, styleFolders, auditFolders) = ([], [], [])
    }
  }

  private static func sources(around folder: String) -> String? {
    guard let build = folder.range(of: "/.build/") else { return nil }
    let sources = String(folder[..<build.lowerBound])
    return access("\(sources)/Rubrics", F_OK) == 0 ? sources : nil
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }
}

/// The absolute path without symbolic links; nil where there is nothing.
public func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

extension String {
  /// The last place where `text` stands.
  fileprivate func range(of text: String) -> Range<Index>? {
    var at = endIndex
    while at > startIndex {
      at = index(before: at)
      if self[at...].hasPrefix(text) { return at..<index(at, offsetBy: text.count) }
    }
    return nil
  }
}
