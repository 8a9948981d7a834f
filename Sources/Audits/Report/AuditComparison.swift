import Calibration
public import JSON

/// Two audits of the same items side by side: which differences are real.
///
/// What broke is compared item by item, with an exact McNemar test for each perturbation (an item counts as broken where one variant
/// at least broke it), and Holm over the perturbations.
public struct AuditComparison: Sendable {
  /// One perturbation in both.
  struct Row: Sendable {
    let name: String
    let first: Double
    let second: Double
    /// Items that both audits judged.
    let items: Int
    let difference: Estimate
    let p: Double
    var adjusted: Double
  }

  private let judges: (String, String)
  private(set) var rows: [Row] = []
  private var warnings: [String] = []

  /// Reads two reports.
  ///
  /// - Parameter setting: level, resamples and seed of the intervals.
  /// - Throws: where one is no report of an audit, or they have no perturbation with items in common.
  public init(_ first: JSONReader, _ second: JSONReader, _ setting: AuditSetting = AuditSetting()) throws {
    for reader in [first, second] {
      guard reader["cupel_audit"]?.value.int == 1 else {
        throw AuditError("this is no report of 'cupel audit' that is understood here: 'cupel_audit' is not 1")
      }
    }
    func name(_ reader: JSONReader) throws(JSONError) -> String {
      let judge = try reader.require("judge")
      let model = try judge["model"]?.string()
      return try judge.require("name").string() + (model.map { " (\($0))" } ?? "")
    }
    judges = (try name(first), try name(second))
    if try first.require("rubric").string() != second.require("rubric").string() {
      warnings.append("The rubrics differ, so that a difference may be theirs.")
    }
    let (left, right) = (try Self.broken(first), try Self.broken(second))
    for (name, items) in left.sorted(by: { $0.key < $1.key }) {
      if let others = right[name], let row = Self.row(name, items, others, setting) { rows.append(row) }
    }
    guard !rows.isEmpty else { throw AuditError("the two audits have no perturbation with items in common") }
    for (place, value) in Holm.adjusted(rows.map(\.p)).enumerated() { rows[place].adjusted = value }
  }

  /// By perturbation and item, the share of its judgments that broke.
  private static func broken(_ report: JSONReader) throws(JSONError) -> [String: [String: Double]] {
    var all: [String: [String: Double]] = [:]
    for perturbation in try report.require("perturbations").array() {
      let items = try perturbation.require("items")
      var shares: [String: Double] = [:]
      for member in try items.object().members {
        let pair = try JSONReader(member.value, path: items.path[member.key]).array()
        guard pair.count == 2, case let of = try pair[1].int(in: 1...Int.max) else {
          throw items.error("has an item that is not [broken, of]")
        }
        shares[member.key] = Double(try pair[0].int(in: 0...of)) / Double(of)
      }
      all[try perturbation.require("name").string()] = shares
    }
    return all
  }

  private static func row(_ name: String, _ left: [String: Double], _ right: [String: Double], _ setting: AuditSetting)
    -> Row?
  {
    var (test, difference) = (McNemar(), ClusteredMean())
    var (first, second) = (0.0, 0.0)
    let common = left.keys.filter { right[$0] != nil }.sorted()
    for (place, item) in common.enumerated() {
      guard let a = left[item], let b = right[item] else { continue }
      test.add(a > 0, b > 0)
      difference.add(b - a, group: place)
      first += a
      second += b
    }
    guard !common.isEmpty else { return nil }
    let count = Double(common.count)
    return Row(
      name: name, first: first / count, second: second / count, items: common.count,
      difference: difference.estimate(setting, "compare \(name)"), p: test.p, adjusted: 1)
  }

  /// Everything, for programs.
  public var json: JSONValue {
    [
      "cupel_audit_comparison": 1, "first": .string(judges.0), "second": .string(judges.1),
      "warnings": .array(warnings.map { .string($0) }),
      "perturbations": .array(
        rows.map {
          [
            "name": .string($0.name), "first": .number($0.first), "second": .number($0.second),
            "items": .int(Int64($0.items)), "difference": $0.difference.json, "p": .number($0.p),
            "p_holm": .number($0.adjusted), "is_real": .bool($0.adjusted < Self.level),
          ]
        }),
    ]
  }

  private static let level = 0.05

  /// For people.
  public var markdown: String {
    let real = rows.filter { $0.adjusted < Self.level }
    let lines =
      real.isEmpty
      ? ["No difference is more than chance."]
      : real.map { "- \($0.name): \(Shown.percent($0.first)) → \(Shown.percent($0.second))" }
    var table = MarkdownTable(["perturbation", "first", "second", "difference", "p (Holm)", "items"])
    for row in rows {
      table.add([
        row.name, Shown.percent(row.first), Shown.percent(row.second), row.difference.shownWithInterval,
        AuditReport.shownP(row.adjusted), "\(row.items)",
      ])
    }
    return """
      # \(judges.0) and \(judges.1)

      \((warnings + ["## Real differences, at a chance of 5 % of one false alarm", lines.joined(separator: "\n")]).joined(separator: "\n\n"))

      ## All

      \(table.text)
      """
  }
}
