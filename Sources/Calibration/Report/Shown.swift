/// Numbers as people read them in reports.
package enum Shown {
  /// With three decimals.
  package static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let scaled = Int64((abs(value) * 1000).rounded())
    let fraction = String(scaled % 1000)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return "\(sign)\(scaled / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
  }

  /// `90 %`.
  package static func percent(_ share: Double) -> String {
    let tenths = Int64((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}

extension Estimate {
  /// The number, or a dash.
  package var shown: String { number.map(Shown.number) ?? "–" }

  /// `0.812 [0.774, 0.846]`.
  package var shownWithInterval: String { shown + (interval.map { " \($0.shown)" } ?? "") }
}

extension Interval {
  package var shown: String { "[\(Shown.number(lower)), \(Shown.number(upper))]" }
}

extension JudgeIdentity {
  /// The judge by its names.
  var shown: String {
    [name, model.map { "(\($0))" }].compactMap(\.self).joined(separator: " ").nonempty ?? "the checks"
  }
}

extension String {
  fileprivate var nonempty: String? { isEmpty ? nil : self }
}

/// A table in Markdown, its columns in line.
package struct MarkdownTable {
  private var rows: [[String]]

  package init(_ headings: [String]) { rows = [headings] }

  package mutating func add(_ cells: [String]) { rows.append(cells.map { $0.replacingBars }) }

  package var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      "| "
        + cells.indices.map { cells[$0] + String(repeating: " ", count: widths[$0] - cells[$0].count) }
        .joined(separator: " | ") + " |"
    }
    let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
    return ([line(rows[0]), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
  }
}

extension String {
  /// A bar, or a line end, would end the cell.
  fileprivate var replacingBars: String { String(map { $0 == "|" ? "¦" : $0.isNewline ? " " : $0 }) }
}
