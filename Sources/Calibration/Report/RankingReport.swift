import JSON

/// How people and the judge rank systems that were compared in pairs.
struct RankingReport: Sendable {
  struct Side: Sendable {
    let strengths: BradleyTerry
    let withTies: BradleyTerry
    /// With the features of style beside the systems; nil where labels have none.
    let styled: BradleyTerry?
    let elo: [Double]

    init(_ data: Comparisons, level: Double, seed: UInt64) throws(CalibrationError) {
      let plain = data.withoutFeatures
      strengths = try BradleyTerry(fitting: plain, level: level)
      withTies = try BradleyTerry(fitting: plain, ties: .raoKupper, level: level)
      styled = data.features.isEmpty ? nil : try BradleyTerry(fitting: data.standardised(), level: level)
      elo = try Elo().meanRatings(plain, seed: seed)
    }
  }

  let systems: [String]
  let features: [String]
  let people: Side
  let judge: Side
  /// Of the two lists of strengths.
  let spearman: Estimate

  /// Nil where labels do not say which system is better.
  init?(_ data: LabelledJudgments, _ options: ReportOptions) throws(CalibrationError) {
    let rows = data.rows.filter { !$0.systems.isEmpty }
    guard data.rules == .winner, !rows.isEmpty else { return nil }
    systems = Set(rows.flatMap(\.systems)).sorted()
    features = Set(rows.flatMap(\.style.keys)).sorted()
    let asPeople = try Self.comparisons(rows, systems, features, \.label)
    let asJudge = try Self.comparisons(rows, systems, features, \.evidence.verdict)
    people = try Side(asPeople, level: options.level, seed: options.seed)
    judge = try Side(asJudge, level: options.level, seed: options.seed)
    let both = zip(people.strengths.strengths, judge.strengths.strengths).compactMap { left, right in
      left.number.flatMap { left in right.number.map { (left, $0) } }
    }
    spearman =
      both.count == systems.count
      ? try PairedScores(judge: both.map(\.1), human: both.map(\.0)).spearman(level: options.level)
      : .undefined(.failed("not every system could be placed by both sides"))
  }

  private static func comparisons(
    _ rows: [LabelledJudgments.Row], _ systems: [String], _ features: [String],
    _ verdict: (LabelledJudgments.Row) -> Double
  ) throws(CalibrationError) -> Comparisons {
    let places = Dictionary(uniqueKeysWithValues: systems.enumerated().map { ($0.element, $0.offset) })
    var list: [Comparisons.Row] = []
    for row in rows {
      guard let left = places[row.systems[0]], let right = places[row.systems[1]] else { continue }
      let outcome: Comparisons.Outcome = verdict(row) == 0 ? .left : verdict(row) == 1 ? .right : .tie
      var style: [Double] = []
      for name in features {
        guard let counts = row.style[name] else {
          throw CalibrationError("the label of '\(row.item)' has no '\(name)' in 'style', and others have")
        }
        style.append(Comparisons.contrast(counts[0], counts[1]))
      }
      list.append(.init(left, right, outcome, features: style))
    }
    return try Comparisons(systems: systems, features: features, rows: list)
  }

  var json: JSONValue {
    [
      "systems": .array(systems.map { .string($0) }), "people": side(people), "judge": side(judge),
      "spearman": spearman.json,
    ]
  }

  private func side(_ side: Side) -> JSONValue {
    func list(_ names: [String], _ estimates: [Estimate]) -> JSONValue {
      .object(JSONObject(zip(names, estimates).map { ($0, $1.json) }))
    }
    var members = JSONObject([
      ("strengths", list(systems, side.strengths.strengths)),
      ("strengths_with_ties", list(systems, side.withTies.strengths)),
      ("elo", .object(JSONObject(zip(systems, side.elo).map { ($0, .number($1)) }))),
    ])
    if let styled = side.styled {
      members["strengths_with_style"] = list(systems, styled.strengths)
      members["style"] = list(features, styled.coefficients)
    }
    return .object(members)
  }
}

extension Comparisons {
  var withoutFeatures: Comparisons {
    Comparisons(checked: systems, [], rows.map { Row($0.left, $0.right, $0.outcome) })
  }
}
