internal import Glibc
import JSON
import Wire

/// What is read, and how.
public struct SourceOptions: Sendable {
  /// Where an item's fields are in a record.
  public var mapping = FieldMapping()
  /// What every file submission answers; records carry their own.
  public var prompt: String?
  /// What every file submission is held against.
  public var reference: String?
  /// Folders in which relative media references are looked for after the input's own.
  public var mediaRoots: [String] = []
  /// The longest line of a JSONL input, in bytes.
  public var maxLineBytes = 16 << 20
  /// The largest text file, in bytes.
  public var maxTextBytes = 16 << 20
  /// Files that are left out of folders: what the run itself writes.
  public var leftOut: [String] = []
  /// So many records at the beginning are passed over: those that an earlier run judged.
  public var skip = 0
  /// Records after this many (those passed over not counted) are left unread; nil: all are read.
  public var limit: Int?

  /// The defaults.
  public init() {}
}

/// The records of all inputs, one after the other, read when they are asked for.
struct BatchSource {
  private let inputs: [BatchInput]
  private let options: SourceOptions
  private let submissions: SubmissionReader
  private var current: Open?
  private var inputIndex = -1
  private var produced = 0
  private var skipped = 0
  private var bytesBefore = 0
  private var seen = SeenIDs()

  /// An input that is being read.
  private enum Open {
    case lines(Box, RecordReader)
    case files(ArraySlice<FolderWalk.Entry>)
  }

  /// A line reader owns a file and cannot be copied; the enum needs something that can.
  private final class Box {
    var lines: LineReader
    init(_ lines: consuming LineReader) { self.lines = lines }
  }

  /// Remarks about an input that concern no record, such as the number of files left out.
  private(set) var notes: [String] = []

  init(_ inputs: [BatchInput], options: SourceOptions) {
    self.inputs = inputs
    self.options = options
    submissions = SubmissionReader(
      prompt: options.prompt, reference: options.reference, maxTextBytes: options.maxTextBytes)
  }

  /// The next record; nil after the last one. An input that cannot be read (any more) is one failed record.
  mutating func next() -> BatchRecord? {
    if let limit = options.limit, produced >= limit { return nil }
    while let record = nextOfAny() {
      guard skipped >= options.skip else {
        skipped += 1
        continue
      }
      produced += 1
      return record
    }
    return nil
  }

  private mutating func nextOfAny() -> BatchRecord? {
    while true {
      if let record = nextOfCurrent() { return record }
      inputIndex += 1
      guard inputIndex < inputs.count else { return nil }
      do throws(FileError) { current = try open(inputs[inputIndex]) } catch {
        return broken(inputs[inputIndex].path, error.description)
      }
    }
  }

  private mutating func open(_ input: BatchInput) throws(FileError) -> Open {
    switch input.kind {
    case .records:
      let roots = [input.mediaRoot] + options.mediaRoots
      let lines = Box(try LineReader(path: input.path, limit: options.maxLineBytes))
      return .lines(lines, RecordReader(mapping: options.mapping, media: MediaPaths(roots: roots)))
    case .folder:
      let walk = try FolderWalk(input.path)
      if walk.skippedDotFiles > 0 {
        notes.append(
          "\(input.path): \(walk.skippedDotFiles) files or folders whose name starts with a dot are left out")
      }
      // Resolved here, and not before the run: by now the run's own files are there.
      let own = options.leftOut.compactMap { realPath($0) }
      return .files(walk.entries.filter { entry in own.isEmpty || !own.contains(realPath(entry.path) ?? "") }[...])
    case .submission: return .files([FolderWalk.Entry(path: input.path, bytes: input.bytes ?? 0, problem: nil)])
    }
  }

  private mutating func nextOfCurrent() -> BatchRecord? {
    switch current {
    case .lines(let box, let reader):
      do throws(FileError) { return try nextLine(box, reader) } catch {
        current = nil
        return broken("\(inputs[inputIndex].path):\(box.lines.lineNumber + 1)", error.description)
      }
    case .files(var entries):
      let entry = entries.popFirst()
      current = .files(entries)
      return entry.map { submission($0) }
    case nil: return nil
    }
  }

  private mutating func nextLine(_ box: Box, _ reader: RecordReader) throws(FileError) -> BatchRecord? {
    while let line = try box.lines.next() {
      let location = "\(inputs[inputIndex].path == "-" ? "stdin" : inputs[inputIndex].path):\(box.lines.lineNumber)"
      let progress = bytesBefore + box.lines.offset
      switch line {
      case .tooLong(let bytes):
        let message =
          "\(location): the line has \(bytes) bytes, more than max_line_bytes (\(options.maxLineBytes));"
          + " raise the limit, or refer to large media by file name"
        return BatchRecord(
          id: location, location: location, .failure(Unscored(.invalidInput, message)), cost: 0, progress: progress)
      case .text(var bytes):
        if box.lines.lineNumber == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
        let (id, content) = reader.read(bytes, location: location)
        if box.lines.lineNumber == 1 { notes += reader.ignored(bytes).map { "\(location): \($0)" } }
        return unique(id, location, content, line: box.lines.lineNumber, cost: bytes.count, progress: progress)
      }
    }
    bytesBefore += box.lines.offset
    return nil
  }

  private mutating func submission(_ entry: FolderWalk.Entry) -> BatchRecord {
    bytesBefore += entry.bytes
    let content: Result<Item, Unscored> =
      entry.problem.map { .failure(Unscored(.invalidInput, "\(entry.path): \($0)")) } ?? submissions.read(entry.path)
    return unique(entry.path, entry.path, content, line: 0, cost: entry.bytes, progress: bytesBefore)
  }

  /// Refuses an id that was there before. The refused record goes by its location, so that ids in the results stay unique.
  private mutating func unique(
    _ id: String, _ location: String, _ content: Result<Item, Unscored>, line: Int, cost: Int, progress: Int
  ) -> BatchRecord {
    guard let first = seen.insert(id, input: inputIndex, line: line) else {
      return BatchRecord(id: id, location: location, content, cost: cost, progress: progress)
    }
    let path = inputs[first.input].path
    let place = first.line == 0 ? path : "\(path == "-" ? "stdin" : path):\(first.line)"
    let message = "\(location): duplicate id '\(id)', used first in \(place); ids must be unique in one run"
    return BatchRecord(
      id: location, location: location, .failure(Unscored(.invalidInput, message)), cost: 0, progress: progress)
  }

  private func broken(_ location: String, _ message: String) -> BatchRecord {
    BatchRecord(
      id: location, location: location, .failure(Unscored(.invalidInput, message)), cost: 0, progress: bytesBefore)
  }
}
