import Calibration
import Configuration
import Documents
internal import Glibc
import JSON
import Synchronization

/// Which calibrations are in force by request: a log of who put which one in force when, and copies of them, so that they stay when the
/// server is started again and the jobs that fitted them are gone.
///
/// ```
/// activations.jsonl       {"time": …, "action": "activate", "calibration": "3f…", "judge": "default", "forced": false, "by": "ann", "digest": "sha256:…"}
/// calibrations/3f….json   what `cupel calibrate fit` would have written
/// ```
final class Activations: Sendable {
  private let folder: String
  private let log: Int32
  private let state: Mutex<[Activation]>
  /// What was wrong with what was found on the disk.
  let problems: [String]

  /// Those of a folder of jobs.
  init(_ directory: JobDirectory) throws(JobDirectoryProblem) {
    folder = directory.path
    let path = directory.path + "/activations.jsonl"
    do throws(JobFileProblem) {
      try JobFile.makeFolder(folder + "/calibrations")
      let bytes = try JobFile.read(path) ?? []
      let (entries, problems, whole) = Self.replay(bytes, folder)
      log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard log >= 0 else { throw .last("activations.jsonl") }
      // A last line that was cut short was never answered for.
      if whole < bytes.count { _ = ftruncate(log, off_t(whole)) }
      state = Mutex(entries)
      self.problems = problems
    } catch {
      throw JobDirectoryProblem(description: "serve.jobs.directory: \(directory.path): \(error.message)")
    }
  }

  deinit { close(log) }

  /// The newest first.
  var all: [Activation] { state.withLock { $0 } }

  /// By judge, the newest first.
  var files: [String: [CalibrationFile]] { Self.byJudge(all) }

  /// What ``files`` would be with another one in force.
  func files(with activation: Activation) -> [String: [CalibrationFile]] {
    Self.byJudge(Self.adding(activation, to: all))
  }

  /// What ``files`` would be without one.
  func files(without id: String) -> [String: [CalibrationFile]] { Self.byJudge(all.filter { $0.id != id }) }

  private static func byJudge(_ list: [Activation]) -> [String: [CalibrationFile]] {
    Dictionary(grouping: list, by: \.judge).mapValues { $0.map(\.file) }
  }

  /// Puts one in force. One for the same judgments of the same judge is not in force any more.
  func add(_ activation: Activation) throws(JobFileProblem) {
    do throws(JSONError) {
      try Self.write(activation.file.json, to: activation.file.path)
    } catch {
      throw JobFileProblem(message: "the calibration cannot be written down: \(error)")
    }
    try write("activate", activation, at: activation.since)
    state.withLock { $0 = Self.adding(activation, to: $0) }
  }

  /// Takes one out of force; nil where it was not.
  func remove(_ id: String, by name: String, at time: String) throws(JobFileProblem) -> Activation? {
    guard let found = all.first(where: { $0.id == id }) else { return nil }
    let entry = Activation(
      id: id, judge: found.judge, since: time, by: name, digest: found.digest, file: found.file)
    try write("deactivate", entry, at: time)
    state.withLock { $0.removeAll { $0.id == id } }
    return found
  }

  /// Where the copy of a calibration is kept.
  func path(_ id: String) -> String { Self.path(id, folder) }

  private static func path(_ id: String, _ folder: String) -> String { "\(folder)/calibrations/\(id).json" }

  private static func adding(_ activation: Activation, to list: [Activation]) -> [Activation] {
    [activation]
      + list.filter { other in
        let isSame =
          other.file.calibration.judge.difference(from: activation.file.calibration.judge, isForced: true) == nil
        return other.id != activation.id && !(other.judge == activation.judge && isSame)
      }
  }

  private static func write(_ content: JSONValue, to path: String) throws(JSONError) {
    let bytes = Array(try JSONWriter.pretty(content).utf8)
    do throws(JobFileProblem) { try JobFile.write(bytes, to: path) } catch { throw JSONError(error.message) }
  }

  private func write(_ action: String, _ entry: Activation, at time: String) throws(JobFileProblem) {
    let line: JSONValue = [
      "time": .string(time), "action": .string(action), "calibration": .string(entry.id), "judge": .string(entry.judge),
      "forced": .bool(entry.file.isForced), "by": .string(entry.by), "digest": .string(entry.digest),
    ]
    let bytes: [UInt8]
    do throws(JSONError) { bytes = try JSONWriter.bytes(line) } catch { throw JobFileProblem(message: "\(error)") }
    try JobFile.append(bytes + [UInt8(ascii: "\n")], to: log)
    guard fsync(log) == 0 else { throw .last("write activations.jsonl") }
  }

  /// What the log says, what is wrong with it, and how many bytes of it are whole lines.
  private static func replay(_ bytes: [UInt8], _ folder: String) -> ([Activation], [String], Int) {
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var (list, problems): ([Activation], [String]) = ([], [])
    for (number, line) in bytes[..<whole].split(separator: UInt8(ascii: "\n")).enumerated() {
      do throws(JSONError) {
        let reader = JSONReader(try JSONParser.parse(Array(line)))
        let id = try reader.require("calibration").string()
        list.removeAll { $0.id == id }
        guard try reader.require("action").string() == "activate" else { continue }
        list = adding(try activation(id, reader, folder), to: list)
      } catch {
        problems.append("\(folder)/activations.jsonl:\(number + 1): \(error); this calibration is not in force")
      }
    }
    return (list, problems, whole)
  }

  private static func activation(
    _ id: String, _ reader: JSONReader, _ folder: String
  ) throws(JSONError) -> Activation {
    var file: CalibrationFile
    do throws(DocumentError) { file = try CalibrationFile(path(id, folder)) } catch { throw JSONError("\(error)") }
    file.isForced = try reader.require("forced").bool()
    return Activation(
      id: id, judge: try reader.require("judge").string(), since: try reader.require("time").string(),
      by: try reader.require("by").string(), digest: try reader.require("digest").string(), file: file)
  }
}
