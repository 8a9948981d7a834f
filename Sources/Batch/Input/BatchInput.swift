internal import Glibc

/// One INPUT argument: a set of records, a folder of submissions, or a single submission.
public struct BatchInput: Sendable, Hashable {
  /// How its contents are read.
  public enum Kind: Sendable, Hashable {
    /// One JSON record a line: `-`, a pipe, or a file whose name ends in `.jsonl` or `.ndjson`.
    case records
    case folder
    /// Any other file.
    case submission
  }

  /// As it was given.
  public let path: String
  /// How it is read.
  public let kind: Kind
  /// The size in bytes; nil for what has none: standard input, pipes, folders.
  let bytes: Int?

  /// Looks at what stands at `path`; nothing is read yet.
  public init(_ path: String) throws(UsageError) {
    self.path = path
    if path == "-" {
      (kind, bytes) = (.records, nil)
      return
    }
    switch FileKind(of: path, followingLinks: true) {
    case .folder: (kind, bytes) = (.folder, nil)
    case .file(let size):
      kind = path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson") ? .records : .submission
      bytes = size
    case .other("a pipe"): (kind, bytes) = (.records, nil)
    case .other(let what):
      throw UsageError("\(path): is \(what); an input is a JSONL file, a folder or a file to grade")
    case .link: throw UsageError("\(path): is a symbolic link that leads nowhere")
    case .missing(let problem): throw UsageError("\(path): \(problem)")
    }
  }

  /// The folder that media references of its records are relative to, and that its pictures lie in. As it was named, so that
  /// results say the same on every machine.
  public var mediaRoot: String {
    switch kind {
    case .folder: path
    case .records where bytes == nil: "."
    case .records, .submission: path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }
  }

  /// The sizes of all inputs together; nil when one has none that can be known before it is read.
  static func totalBytes(_ inputs: [BatchInput]) -> Int? {
    var total = 0
    for input in inputs {
      switch input.kind {
      case .folder:
        guard let walk = try? FolderWalk(input.path) else { return nil }
        total += walk.entries.reduce(0) { $0 + $1.bytes }
      case .records, .submission:
        guard let bytes = input.bytes else { return nil }
        total += bytes
      }
    }
    return total
  }
}
