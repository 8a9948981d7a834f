import Glibc
import JSON
import Judging
import PluginKit
import Wire

/// A file of recorded replies, found by key or by prompt. Only the places of the lines are kept in memory, so a recording may
/// be larger than it.
final class Recording: Sendable {
  /// What can be said of all replies together.
  struct Summary: Sendable {
    /// Whether the replies are texts or numbers; generative where there is none.
    var kind = JudgeDescription.Kind.generative
    /// The model, where all replies name the same one.
    var model: String?
    /// The most alternatives that any token has; 0 where no reply has log-probabilities.
    var maxTopLogprobs = 0
    /// Over all lines.
    var digest = ""
  }

  private struct Place: Sendable {
    let offset: Int
    let length: Int
    let line: Int
  }

  /// A prompt is asked several times, once for each sample, and again when a reply was cut off.
  private struct Asked: Hashable {
    let prompt: String
    let sample: Int
    let attempt: Int
  }

  let path: String
  let summary: Summary
  private let descriptor: Int32
  // Hashes instead of keys: a hundred bytes less for every line. What is found is compared, so two keys with one hash are
  // only another look.
  private let byKey: [Int: Place]
  private let collisions: [Int: [Place]]
  private let byPrompt: [Int: Place]

  /// Reads all lines once. Throws for a file that cannot be read, a line that is not a recorded reply, and a key that is there
  /// twice, each with its line number.
  init(path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw PluginError(.invalidInput, "file: \(path): \(Errno(code: errno))") }
    self.descriptor = descriptor
    var index = Index(path: path, descriptor: descriptor)
    do {
      try index.readAll()
    } catch {
      close(descriptor)
      throw error
    }
    byKey = index.byKey
    collisions = index.collisions
    byPrompt = index.byPrompt
    summary = index.summary
  }

  deinit { close(descriptor) }

  /// The reply to exactly this call.
  func reply(to key: CallKey) throws -> RecordedReply? {
    let hash = key.hashValue
    for place in [byKey[hash]].compactMap({ $0 }) + (collisions[hash] ?? []) {
      let reply = try read(place)
      if reply.key == key { return reply }
    }
    return nil
  }

  /// A reply to the same prompt, asked as the same sample and attempt; the first one in the file.
  func reply(toPrompt digest: String, like key: CallKey) throws -> RecordedReply? {
    let asked = Asked(prompt: digest, sample: key.sample, attempt: key.attempt)
    guard !digest.isEmpty, let place = byPrompt[asked.hashValue] else { return nil }
    let reply = try read(place)
    return reply.promptDigest == digest ? reply : nil
  }

  private func read(_ place: Place) throws -> RecordedReply {
    try Self.read(place, descriptor, path)
  }

  private static func read(_ place: Place, _ descriptor: Int32, _ path: String) throws -> RecordedReply {
    var bytes = [UInt8](repeating: 0, count: place.length)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(place.offset)) }
    guard count == place.length else {
      throw PluginError(.failed, "\(path):\(place.line): the file has changed since it was opened")
    }
    return try parse(bytes, path, place.line)
  }

  private static func parse(_ bytes: [UInt8], _ path: String, _ line: Int) throws -> RecordedReply {
    do {
      return try RecordedReply(JSONReader(try JSONParser.parse(bytes)))
    } catch {
      let place = error.column.map { ", column \($0)" } ?? (error.path.isEmpty ? "" : ", \(error.path)")
      throw PluginError(.invalidInput, "\(path):\(line)\(place): \(error.message)")
    }
  }

  /// What is gathered while the file is read.
  private struct Index {
    let path: String
    let descriptor: Int32
    var byKey: [Int: Place] = [:]
    var collisions: [Int: [Place]] = [:]
    var byPrompt: [Int: Place] = [:]
    var summary = Summary()
    private var models: Set<String> = []
    /// The line that decided what kind of judge was recorded.
    private var deciding: Int?
    private var hasUnnamedModel = false

    init(path: String, descriptor: Int32) {
      self.path = path
      self.descriptor = descriptor
    }

    mutating func readAll() throws {
      var reader = LineReader(descriptor)
      while let line = try nextLine(&reader) {
        if line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
        let reply = try Recording.parse(line.bytes, path, line.number)
        try add(reply, Place(offset: line.offset, length: line.bytes.count, line: line.number))
        summary.digest = Digest.sha256(summary.digest + Digest.sha256(line.bytes))
      }
      if models.count == 1, !hasUnnamedModel { summary.model = models.first }
    }

    private func nextLine(_ reader: inout LineReader) throws -> LineReader.Line? {
      do {
        return try reader.next()
      } catch {
        throw PluginError(.invalidInput, "file: \(path): \(error)")
      }
    }

    private mutating func add(_ reply: RecordedReply, _ place: Place) throws {
      let hash = reply.key.hashValue
      for other in [byKey[hash]].compactMap({ $0 }) + (collisions[hash] ?? []) {
        if try Recording.read(other, descriptor, path).key == reply.key {
          throw PluginError(
            .invalidInput, "\(path):\(place.line), key: the same key is on line \(other.line); each call has one reply")
        }
      }
      if byKey[hash] == nil { byKey[hash] = place } else { collisions[hash, default: []].append(place) }
      if let prompt = reply.promptDigest {
        let asked = Asked(prompt: prompt, sample: reply.key.sample, attempt: reply.key.attempt)
        if byPrompt[asked.hashValue] == nil { byPrompt[asked.hashValue] = place }
      }
      guard case .success(let answer) = reply.outcome else { return }
      try decide(answer.scores.isEmpty ? .generative : .scoring, place.line)
      if let model = answer.model { models.insert(model) } else { hasUnnamedModel = true }
      let most = answer.tokens.map { max(1, $0.top.count) }.max() ?? 0
      summary.maxTopLogprobs = max(summary.maxTopLogprobs, most)
    }

    private mutating func decide(_ kind: JudgeDescription.Kind, _ line: Int) throws {
      guard let deciding else {
        self.deciding = line
        summary.kind = kind
        return
      }
      guard kind == summary.kind else {
        let (what, other) = kind == .scoring ? ("'scores'", "'text'") : ("'text'", "'scores'")
        throw PluginError(
          .invalidInput, "\(path):\(line): has \(what), and line \(deciding) has \(other); a recording is of one judge")
      }
    }
  }
}
