import Configuration
import JSON
import Judging

/// What the benchmark of a judge came to, for people and for programs.
struct BenchReport {
  let settings: JudgeSettings
  let about: JudgeDescription
  let seed: UInt64
  let pace: BenchPace?
  let parts: [BenchPart]
  /// What the judge was not asked.
  let skipped: [BenchSkip]

  /// Every part, those of the pace first.
  private var all: [BenchPart] { (pace.map { [$0.first, $0.whole] } ?? []) + parts }

  /// One line for each part in which calls failed.
  var failures: [String] {
    all.compactMap { part in
      part.failure.map { "\(part.name), \(part.atOnce) at once: \(part.failed) of \(part.calls) calls failed: \($0)" }
    }
  }

  var lines: [String] {
    var table = Table(BenchPart.headings)
    for part in all { table.add(part.row) }
    let model = about.model.map { ", model \($0)" } ?? ""
    return ["judge \(settings.name): plugin \(settings.plugin)\(model)", ""] + table.lines
      + [""] + skipped.map(\.line) + (pace.map { [$0.line] } ?? []) + ["texts of --seed \(seed)"]
  }

  var json: JSONValue {
    var object = JSONObject([
      ("judge", .string(settings.name)), ("plugin", .string(settings.plugin)), ("seed", .int(Int64(seed))),
    ])
    object["model"] = about.model.map { .string($0) }
    if let pace { for member in pace.json.object?.members ?? [] { object[member.key] = member.value } }
    object["parts"] = .array(all.map(\.json))
    object["skipped"] = .array(skipped.map(\.json))
    return .object(object)
  }
}

/// A part that is not for this judge.
struct BenchSkip {
  let kind: BenchKind
  let reason: String

  var line: String { "\(kind.rawValue): not asked: \(reason)" }

  var json: JSONValue { .object(JSONObject([("name", .string(kind.rawValue)), ("reason", .string(reason))])) }
}
