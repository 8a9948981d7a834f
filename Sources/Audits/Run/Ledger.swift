import Batch
internal import Glibc
import JSON
import Synchronization

/// What an audit has found so far, one line for each judgment, on disk as soon as it is known: a run that is ended at any moment
/// loses nothing that was finished, and one that goes on from it repeats nothing.
///
/// The first line says which plan it belongs to. A last line that was cut short is dropped; a line in between that cannot be read is
/// an error, because nobody knows what else is wrong with the file.
final class Ledger: Sendable {
  private struct Open {
    var descriptor: Int32
    var failure: FileError?
  }

  private let path: String
  private let open: Mutex<Open>
  /// What earlier runs found; of two lines about one judgment the later counts.
  let records: [AuditKey: AuditRecord]

  /// Opens the ledger at `path` for the plan with `digest`, or begins one.
  ///
  /// - Throws: where it cannot be opened, belongs to another plan, is in use by another run, or is damaged.
  init(path: String, plan digest: String) throws(AuditError) {
    self.path = path
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw AuditError(FileError("open", path, code: errno).description) }
    do throws(AuditError) {
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw AuditError("\(path): is in use by another audit; wait for it, or name another ledger")
      }
      let (records, end) = try Self.read(path, plan: digest)
      guard ftruncate(descriptor, off_t(end)) == 0 else {
        throw AuditError(FileError("write", path, code: errno).description)
      }
      self.records = records
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    open = Mutex(Open(descriptor: descriptor))
    if records.isEmpty, lseek(descriptor, 0, SEEK_END) == 0 {
      append(["cupel_audit_ledger": 1, "plan": .string(digest)])
    }
    if let failure { throw AuditError(failure.description) }
  }

  deinit { close() }

  /// Why nothing more is written; nil while all is well.
  var failure: FileError? { open.withLock { $0.failure } }

  /// Writes a record. After a failure nothing more is written.
  func append(_ record: AuditRecord) { append(record.json) }

  /// Asks the system to put everything on the disk.
  func finish() {
    open.withLock { open in
      if open.failure == nil, open.descriptor >= 0, fsync(open.descriptor) != 0, errno != EINVAL {
        open.failure = FileError("write", path, code: errno)
      }
    }
  }

  private func close() {
    open.withLock { open in
      if open.descriptor >= 0 { Glibc.close(open.descriptor) }
      open.descriptor = -1
    }
  }

  private func append(_ value: JSONValue) {
    var line: [UInt8]
    do throws(JSONError) { line = try JSONWriter.bytes(value) } catch {
      // A number that JSON cannot express: what is not written down must not pass for written.
      return open.withLock { $0.failure = $0.failure ?? FileError("write", path, code: EDOM) }
    }
    line.append(0x0A)
    open.withLock { open in
      var done = 0
      while open.failure == nil, done < line.count {
        let count = line.withUnsafeBytes { bytes in
          write(open.descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        }
        if count < 0, errno == EINTR { continue }
        if count < 0 { open.failure = FileError("write", path, code: errno) } else { done += count }
      }
    }
  }

  /// The records, and where the last complete line ends.
  private static func read(
    _ path: String, plan digest: String
  ) throws(AuditError) -> (records: [AuditKey: AuditRecord], end: Int) {
    var records: [AuditKey: AuditRecord] = [:]
    var end = 0
    var problem: String?
    do throws(FileError) {
      var lines = try LineReader(path: path, limit: 64 << 20)
      let (size, isWhole) = fileEnd(path)
      while problem == nil, let line = try lines.next() {
        guard isWhole || lines.offset < size else { break }
        end = lines.offset
        switch line {
        case .tooLong: problem = "\(path):\(lines.lineNumber): the line is too long to be one of a ledger"
        case .text(let bytes):
          problem = take(bytes, first: lines.lineNumber == 1, digest, &records).map {
            "\(path):\(lines.lineNumber): \($0)"
          }
        }
      }
    } catch {
      throw AuditError(error.description)
    }
    if let problem { throw AuditError(problem) }
    return (records, end)
  }

  private static func take(
    _ line: [UInt8], first isFirst: Bool, _ digest: String, _ records: inout [AuditKey: AuditRecord]
  ) -> String? {
    do throws(JSONError) {
      let reader = JSONReader(try JSONParser.parse(line))
      guard isFirst else {
        let record = try AuditRecord(reader)
        records[record.key] = record
        return nil
      }
      guard reader["cupel_audit_ledger"] != nil else {
        return "is no ledger of an audit; name another file, or one that is not there yet"
      }
      guard try reader.require("plan").string() == digest else {
        return "belongs to another audit (judge, rubric, items, suites, seed or settings differ); name another file"
      }
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The size of the file, and whether its last line is complete.
  private static func fileEnd(_ path: String) -> (size: Int, isWhole: Bool) {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    defer { Glibc.close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    var byte: UInt8 = 0
    return (size, size > 0 && pread(descriptor, &byte, 1, off_t(size - 1)) == 1 && byte == 0x0A)
  }
}
