import JSON

/// Whether intervals around calibrated scores hold the human ones as often as they say. Each item's interval is made without it: its score
/// by a map, and its radius from residuals, of the other folds.
struct CoverageReport: Sendable {
  struct Group: Sendable {
    /// Empty for all rows together.
    let name: String
    let covered: Proportion
    let meanLength: Double
  }

  /// One row's interval.
  private struct Held {
    let group: String
    let band: ClosedRange<Double>
    let label: Double
  }

  let level: Double
  let method: ScoreSelection.Method
  /// With one radius for all: over all rows, then by group.
  let overall: [Group]
  /// With a radius for each group; empty where there are none.
  let byGroup: [Group]

  /// Nil where labels are no scores; else the report, or why there is none.
  static func of(
    _ data: LabelledJudgments, _ options: ReportOptions, _ folds: Folds?
  ) throws(CalibrationError) -> Result<CoverageReport, Undefined>? {
    guard case .score(_, let scale) = data.rules else { return nil }
    guard let scale else { return .failure(.failed("the scale of the labels is not known")) }
    let items = data.rows.map(\.item)
    guard let folds else { return .failure(.tooFew(of: "items", has: Set(items).count, needs: 5)) }
    let selection: ScoreSelection
    do throws(Undefined) {
      selection = try data.rows.scores.selectScoreMap(groups: items, folds: folds, range: scale.range)
    } catch {
      return .failure(error)
    }
    return .success(try CoverageReport(data, selection, scale, options, folds))
  }

  private init(
    _ data: LabelledJudgments, _ selection: ScoreSelection, _ scale: HumanScale, _ options: ReportOptions,
    _ folds: Folds
  ) throws(CalibrationError) {
    let names = data.rows.map(\.group)
    var (shared, own): ([Held], [Held]) = ([], [])
    for (fit, judge) in folds.splits {
      let bands = try Bands(
        selection.heldOut.rows(fit), groups: fit.map { names[$0] }, level: options.bandLevel, on: scale)
      for row in judge {
        let (score, label) = (selection.heldOut.judge[row], selection.heldOut.human[row])
        shared.append(Held(group: names[row], band: bands.interval(around: score, on: scale), label: label))
        let band = bands.interval(around: score, on: scale, group: names[row])
        own.append(Held(group: names[row], band: band, label: label))
      }
    }
    level = options.bandLevel
    method = selection.method
    let groups = Set(names).count > 1 ? Set(names).sorted() : []
    var (all, each): ([Group], [Group]) = ([try Self.group("", shared)], [])
    for name in groups {
      all.append(try Self.group(name, shared.filter { $0.group == name }))
      each.append(try Self.group(name, own.filter { $0.group == name }))
    }
    (overall, byGroup) = (all, each)
  }

  private static func group(_ name: String, _ rows: [Held]) throws(CalibrationError) -> Group {
    let covered = rows.count { $0.band.lowerBound - 1e-9 <= $0.label && $0.label <= $0.band.upperBound + 1e-9 }
    return Group(
      name: name, covered: try Proportion(covered, of: rows.count),
      meanLength: rows.map { $0.band.upperBound - $0.band.lowerBound }.mean)
  }

  func json(level: Double) -> JSONValue {
    func list(_ groups: [Group]) -> JSONValue {
      .array(
        groups.map { group in
          [
            "group": group.name.isEmpty ? nil : .string(group.name), "rows": .int(Int64(group.covered.count)),
            "coverage": group.covered.estimate(level: level).json, "mean_length": .number(group.meanLength),
          ]
        })
    }
    return [
      "level": .number(self.level), "method": .string(method.rawValue), "one_radius": list(overall),
      "radius_by_group": list(byGroup),
    ]
  }
}
