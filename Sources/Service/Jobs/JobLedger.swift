internal import Glibc
import JSON
import Judging
import Synchronization
import Wire

/// What judges have answered to the calls of one job: a file to which a line is added with each answer, so that a job that is begun
/// again, however it was ended, asks for none of them a second time.
///
/// ```json
/// {"call": "3f…", "replies": [{"key": {…}, "prompt": "sha256:…", "text": "…"}]}
/// {"call": "8c…", "failed": "timeout"}
/// ```
///
/// A reply has the form of a recording. Failures are counted, because they may have cost something, and asked for again.
final class JobLedger: Sendable {
  private struct Place: Sendable {
    let offset: Int
    let count: Int
  }

  private struct State {
    var places: [String: Place] = [:]
    var calls = 0
    var bytes = 0
  }

  private let descriptor: Int32
  private let state: Mutex<State>

  /// Opens a ledger, or begins one. A last line that was cut short is cut off; anything else that cannot be read is a problem.
  init(path: String) throws(JobFileProblem) {
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .last("open the ledger") }
    do throws(JobFileProblem) {
      var state = State()
      try Self.read(descriptor, &state)
      self.state = Mutex(state)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Calls that were made, failed ones included.
  var calls: Int { state.withLock { $0.calls } }

  /// What a judge of this fingerprint answered to `call`; nil: nothing yet.
  func reply(to call: JudgeCall, of fingerprint: String) throws(JobFileProblem) -> JudgeReply? {
    let key = Self.key(call, fingerprint)
    guard let place = state.withLock({ $0.places[key] }) else { return nil }
    var bytes = [UInt8](repeating: 0, count: place.count)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(place.offset + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .last("read the ledger") }
      done += count
    }
    do throws(JSONError) {
      var replies: [JudgeReply] = []
      for reader in try JSONReader(JSONParser.parse(bytes)).require("replies").array() {
        replies.append(try RecordedReply(reader).outcome.get(reader))
      }
      guard var first = replies.first else { throw JSONError("'replies' is empty") }
      first.more = Array(replies.dropFirst())
      return first
    } catch {
      throw JobFileProblem(message: "the ledger at byte \(place.offset): \(error)")
    }
  }

  /// Adds what came of a call. Returns how many bytes it takes.
  func add(
    _ call: JudgeCall, of fingerprint: String, _ outcome: Result<JudgeReply, Unscored>
  ) throws(JobFileProblem) -> Int {
    let key = Self.key(call, fingerprint)
    let line: [UInt8]
    let outcomes = call.outcomes(outcome)
    let failure = outcomes.lazy.compactMap { if case .failure(let unscored) = $0 { unscored } else { nil } }.first
    do throws(JSONError) {
      line = try Self.line(key, call, outcomes, failure)
    } catch {
      throw JobFileProblem(message: "the reply cannot be written down: \(error)")
    }
    return try append(line, key: failure == nil ? key : nil)
  }

  private static func line(
    _ key: String, _ call: JudgeCall, _ outcomes: [Result<JudgeReply, Unscored>], _ failure: Unscored?
  ) throws(JSONError) -> [UInt8] {
    var line = JSONObject([("call", .string(key))])
    if let failure {
      line["failed"] = .string(failure.reason.rawValue)
    } else {
      var replies: [JSONValue] = []
      for (single, outcome) in zip(call.single, outcomes) {
        replies.append(try JSONParser.parse(try RecordedReply(single, outcome).line()))
      }
      line["replies"] = .array(replies)
    }
    return try JSONWriter.bytes(.object(line))
  }

  private func append(_ line: [UInt8], key: String?) throws(JobFileProblem) -> Int {
    let line = line + [UInt8(ascii: "\n")]
    return try state.withLock { state throws(JobFileProblem) in
      do throws(JobFileProblem) { try JobFile.append(line, to: descriptor) } catch {
        // Shrinking a file needs no space: what was written of the line goes again.
        _ = ftruncate(descriptor, off_t(state.bytes))
        throw error
      }
      if let key { state.places[key] = Place(offset: state.bytes, count: line.count - 1) }
      state.bytes += line.count
      state.calls += 1
      return line.count
    }
  }

  /// What makes a call the same as another: the judge, the key, the prompt and the seed.
  private static func key(_ call: JudgeCall, _ fingerprint: String) -> String {
    let key = call.key
    let parts = [
      fingerprint, key.item, key.response.map { "\($0)" } ?? "", "\(key.order)", "\(key.sample)", key.criterion ?? "",
      "\(key.attempt)", call.promptDigest, call.sampling.seed.map { "\($0)" } ?? "", "\(call.sampling.samples)",
    ]
    // Each preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    let digest = Digest.sha256(parts.map { "\($0.utf8.count):\($0)" }.joined())
    return String(digest.dropFirst("sha256:".count).prefix(32))
  }

  private static func read(_ descriptor: Int32, _ state: inout State) throws(JobFileProblem) {
    var line: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .last("read the ledger") }
      guard count > 0 else { break }
      for byte in block[..<count] {
        guard byte == UInt8(ascii: "\n") else {
          line.append(byte)
          continue
        }
        try take(line, &state)
        line.removeAll(keepingCapacity: true)
      }
    }
    guard !line.isEmpty, ftruncate(descriptor, off_t(state.bytes)) != 0 else { return }
    throw .last("cut the ledger back to its last whole line")
  }

  private static func take(_ line: [UInt8], _ state: inout State) throws(JobFileProblem) {
    do throws(JSONError) {
      let reader = JSONReader(try JSONParser.parse(line))
      let key = try reader.require("call").string()
      if reader["failed"] == nil {
        _ = try reader.require("replies").array()
        state.places[key] = Place(offset: state.bytes, count: line.count)
      }
    } catch {
      throw JobFileProblem(message: "the ledger at byte \(state.bytes): \(error)")
    }
    state.calls += 1
    state.bytes += line.count + 1
  }
}

extension Result where Success == JudgeReply, Failure == Unscored {
  fileprivate func get(_ reader: JSONReader) throws(JSONError) -> JudgeReply {
    do throws(Unscored) { return try get() } catch { throw reader.error("is a failure: \(error.message)") }
  }
}
