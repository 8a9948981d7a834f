public import JSON

extension CalibrationReport {
  /// Of the layout below.
  static let version = 1

  /// Everything, for programs; docs/calibration.md has the fields.
  public var json: JSONValue {
    var members = JSONObject([
      ("cupel_calibration_report", .int(Int64(Self.version))), ("judge", judge.json), ("rules", rules.json),
      ("right", .string(rules.description)),
    ])
    members["counts"] = [
      "items": .int(Int64(items)), "rows": .int(Int64(rows)), "judgments": .int(Int64(counts.judgments)),
      "unscored": .int(Int64(counts.unscored)), "labelled": .int(Int64(counts.labelled)),
      "unmatched": .int(Int64(counts.unmatched)), "split": .int(Int64(counts.split)),
      "unlabelled": .int(Int64(counts.unlabelled)),
    ]
    members["accuracy"] = accuracy.json
    members["sources"] = .object(
      JSONObject(sources.map { ($0.source.rawValue, $0.json(level: options.level)) }))
    members["not_combined"] = notCombined.map { .string($0) }
    members["scores"] = scores?.json
    switch coverage {
    case .success(let coverage)?: members["coverage"] = coverage.json(level: options.level)
    case .failure(let reason)?: members["coverage"] = ["method": nil, "reason": .string(reason.description)]
    case nil: break
    }
    members["raters"] = raters?.json
    members["ranking"] = ranking?.json
    members["warnings"] = .array(warnings.map { .string($0) })
    return .object(members)
  }
}
