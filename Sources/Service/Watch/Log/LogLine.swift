import Calibration
internal import Glibc
import JSON
import Wire

/// One request as one line of the log: an object in JSON (docs/operations.md has its members).
struct LogLine {
  /// Where bodies are logged: how much of each at most. nil: they are not.
  let maxTextBytes: Int?

  /// The line, with the line break at its end.
  func bytes(_ answered: Answered, at time: timespec) -> [UInt8] {
    let account = answered.account
    let trace = answered.trace
    var line = JSONObject([
      ("time", .string(Self.text(time))), ("request_id", .string(answered.requestID)),
      ("trace_id", .string(trace.traceID)), ("span_id", .string(trace.spanID)),
    ])
    func add(_ name: String, _ text: String?) { if let text, !text.isEmpty { line[name] = .string(text) } }
    func count(_ name: String, _ number: Int?) { if let number, number != 0 { line[name] = .int(Int64(number)) } }
    add("parent_id", trace.parentID)
    add("key", answered.caller)
    add("method", answered.method)
    add("route", answered.route)
    line["status"] = .int(Int64(answered.status))
    add("fault", answered.fault?.code.rawValue)
    line["faults"] = Self.counts(account.faults)
    if !answered.isWhole { line["cut_short"] = true }
    add("run", account.run)
    add("job", account.job)
    add("deceptive", account.deceptive)
    add("rubric", account.rubric)
    add("judge", account.judge)
    count("items", account.items)
    count("scored", account.scored)
    line["unscored"] = Self.counts(account.unscored)
    count("stand_ins", account.standIns)
    count("joined", account.joined)
    count("cached", account.cached)
    count("prompt_tokens", account.usage.promptTokens)
    count("completion_tokens", account.usage.completionTokens)
    if account.items > 0 {
      line["queue_ms"] = Self.milliseconds(account.queued)
      line["judge_ms"] = Self.milliseconds(account.judging)
    }
    line["total_ms"] = Self.milliseconds(answered.took)
    line["bytes_in"] = .int(Int64(answered.receivedBytes))
    line["bytes_out"] = .int(Int64(answered.sentBytes))
    if let maxTextBytes {
      add("request", Self.start(of: answered.request, maxTextBytes))
      add("response", Self.start(of: answered.response, maxTextBytes))
    }
    // Texts, whole numbers and durations: there is none that JSON could not express.
    return Self.harmless((try? JSONWriter.bytes(.object(line))) ?? []) + [UInt8(ascii: "\n")]
  }

  /// A line about no request: the numbers of a calibrated judge have left what it was fitted on, or are back.
  func bytes(_ drift: CalibrationTally.Drift, of key: WorkTally.Key, at time: timespec) -> [UInt8] {
    let line: JSONValue = [
      "time": .string(Self.text(time)), "event": "calibration_drift", "rubric": .string(key.rubric),
      "judge": .string(key.judge), "number": .string(drift.number.rawValue), "index": .number(drift.index),
      "drifted": .bool(drift.hasDrifted), "calibration": .string(drift.calibration),
    ]
    // The index is a sum over bins none of which is empty: it is finite.
    return Self.harmless((try? JSONWriter.bytes(line)) ?? []) + [UInt8(ascii: "\n")]
  }

  private static func counts<Word: RawRepresentable & CaseIterable & Hashable>(
    _ counts: [Word: Int]
  ) -> JSONValue? where Word.RawValue == String {
    let known = Word.allCases.compactMap { word in counts[word].map { (word.rawValue, JSONValue.int(Int64($0))) } }
    return known.isEmpty ? nil : .object(JSONObject(known))
  }

  /// With three decimals.
  private static func milliseconds(_ duration: Duration) -> JSONValue {
    .number(((duration / .microseconds(1)).rounded() / 1000))
  }

  /// The first bytes as text; what is not UTF-8 is repaired.
  private static func start(of bytes: [UInt8]?, _ most: Int) -> String? {
    guard let bytes else { return nil }
    var end = min(bytes.count, most)
    // Not in the middle of a character.
    while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self) + (end < bytes.count ? "…" : "")
  }

  /// `2026-11-21T15:04:05.678Z` (RFC 3339).
  static func text(_ time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map { padded($0, 2) }
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
    let fraction = padded(Int(time.tv_nsec) / 1_000_000, 3)
    return "\(date.joined(separator: "-"))T\(clock.joined(separator: ":")).\(fraction)Z"
  }

  /// The same JSON in which nothing stands that a terminal or a reader of lines could take for more than text: JSON wants only the
  /// control characters below U+0020 escaped, which the writer has done. Others are those of C1 and DEL, the separators of lines and
  /// paragraphs, and what turns the direction of writing around.
  static func harmless(_ json: [UInt8]) -> [UInt8] {
    guard json.contains(where: { $0 >= 0x7F }) else { return json }
    var safe = ""
    for character in String(decoding: json, as: UTF8.self).unicodeScalars {
      switch character.value {
      case 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
        let digits = String(character.value, radix: 16)
        safe += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: safe.unicodeScalars.append(character)
      }
    }
    return Array(safe.utf8)
  }
}
