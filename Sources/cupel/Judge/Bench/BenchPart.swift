import JSON
import Wire

/// What one part of the benchmark came to.
struct BenchPart {
  let name: String
  /// Replies that were wanted.
  let calls: Int
  let atOnce: Int
  let seconds: Double
  /// Of the replies that came; a count that one of them lacks is not known.
  let usage: Usage
  /// Why calls have no reply, the first time it happened.
  let failure: String?
  let failed: Int

  /// Prompt and reply.
  var asked: Int? {
    guard let read = usage.promptTokens, let written = usage.completionTokens else { return nil }
    return read + written
  }

  /// Without what the judge had computed before.
  var computed: Int? {
    guard let asked, let cached = usage.cachedTokens else { return nil }
    return asked - cached
  }

  static let headings: [(String, Table.Alignment)] = [
    ("part", .left), ("calls", .right), ("at once", .right), ("seconds", .right), ("calls/s", .right),
    ("read/s", .right), ("written/s", .right), ("tokens asked", .right), ("computed", .right),
  ]

  /// A part with a failure has no speed: its calls did not do what was timed.
  var row: [String] {
    let lead = [name, String(calls), String(atOnce), Number.fixed(seconds, 2)]
    guard failure == nil else { return lead + ["-", "-", "-", "-", "-"] }
    return lead + [
      Number.fixed(rate(calls) ?? 0, 2), perSecond(usage.promptTokens), perSecond(usage.completionTokens),
      asked.map(Number.grouped) ?? "-", computed.map(Number.grouped) ?? "-",
    ]
  }

  var json: JSONValue {
    var object = JSONObject([
      ("name", .string(name)), ("calls", .int(Int64(calls))), ("at_once", .int(Int64(atOnce))),
      ("failed", .int(Int64(failed))), ("seconds", .number(seconds)), ("usage", usage.json),
    ])
    if let failure {
      object["failure"] = .string(failure)
    } else {
      object["calls_per_second"] = rate(calls).map { .number($0) }
      object["tokens_asked"] = asked.map { .int(Int64($0)) }
      object["tokens_computed"] = computed.map { .int(Int64($0)) }
    }
    return .object(object)
  }

  /// A second; nil for what took no time.
  func rate(_ count: Int) -> Double? { seconds > 0 ? Double(count) / seconds : nil }

  private func perSecond(_ count: Int?) -> String { count.flatMap(rate).map { Number.fixed($0, 1) } ?? "-" }
}

/// One long call, asked for one token and, with another text, for all of them: what reading takes, and what writing.
struct BenchPace {
  let first: BenchPart
  let whole: BenchPart

  /// How long the first token takes, as far as a reply of one token shows it.
  var firstTokenSeconds: Double? { first.failure == nil && first.usage.completionTokens == 1 ? first.seconds : nil }
  /// Tokens a second, of the prompt.
  var read: Double? { firstTokenSeconds.flatMap { _ in first.usage.promptTokens.flatMap(first.rate) } }
  /// Tokens a second, after the first one.
  var written: Double? {
    guard let firstTokenSeconds, whole.failure == nil, let count = whole.usage.completionTokens, count > 1,
      whole.seconds > firstTokenSeconds
    else { return nil }
    return Double(count - 1) / (whole.seconds - firstTokenSeconds)
  }

  var line: String {
    func speed(_ value: Double?) -> String { value.map { "\(Number.fixed($0, 1)) tokens a second" } ?? "not known" }
    let start = firstTokenSeconds.map { "\(Number.fixed(1000 * $0, 0)) ms" } ?? "not known"
    let prompt = first.usage.promptTokens.map { " (a prompt of \(Number.grouped($0)) tokens)" } ?? ""
    return "first token after: \(start)\(prompt); reading: \(speed(read)); writing: \(speed(written))"
  }

  var json: JSONValue {
    var object = JSONObject()
    object["first_token_ms"] = firstTokenSeconds.map { .number(1000 * $0) } ?? .null
    object["read_tokens_per_second"] = read.map { .number($0) } ?? .null
    object["written_tokens_per_second"] = written.map { .number($0) } ?? .null
    return .object(object)
  }
}
