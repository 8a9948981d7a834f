public import JSON

/// Several confidences made into one: the logistic regression of being right on their log-odds.
public struct CombinedConfidence: Sendable, Hashable {
  /// What is combined.
  public let sources: [ConfidenceSource]
  /// One for each source.
  public let weights: [Double]
  /// Of the log-odds.
  public let intercept: Double

  /// Shares of a few samples are often 0 or 1, and their log-odds infinite: nothing is taken to be surer than this.
  static let inside = 0.001...0.999
  /// The weight of the squares of ``weights`` in the fit. Sources that say the same share one weight, and none runs off to infinity.
  static let ridge = 1.0

  /// Fits rows of confidences, one for each of `sources`.
  init(_ sources: [ConfidenceSource], fitting rows: [[Double]], _ outcomes: [Bool]) throws(Undefined) {
    guard outcomes.contains(true) else { throw .oneClass("false") }
    guard outcomes.contains(false) else { throw .oneClass("true") }
    let columns = sources.indices.map { source in rows.map { $0[source].clamped(to: Self.inside).logit } }
    let loss = LogisticLoss(columns: columns, hasIntercept: true, targets: outcomes.map { $0 ? 1 : 0 })
    let start = [Double](repeating: 0, count: sources.count + 1)
    let place = try Newton.minimise("the combination of confidences", from: start) { place in
      var objective = loss(at: place)
      for weight in sources.indices {
        objective.value += Self.ridge / 2 * place[weight] * place[weight]
        objective.gradient[weight] += Self.ridge * place[weight]
        objective.hessian[weight][weight] += Self.ridge
      }
      return objective
    }.place
    self.sources = sources
    weights = Array(place.dropLast())
    intercept = place[place.count - 1]
  }

  /// The combination; nil where one of its sources is missing.
  public func callAsFunction(_ confidences: Confidences) -> Double? {
    let given = sources.compactMap { confidences[$0] }
    return given.count == sources.count ? value(given) : nil
  }

  func value(_ row: [Double]) -> Double {
    (zip(row, weights).map { $0.clamped(to: Self.inside).logit * $1 }.sum + intercept).sigmoid
  }

  /// `{"sources": ["samples", "order"], "weights": […], "intercept": …}`.
  public var json: JSONValue {
    [
      "sources": .array(sources.map { .string($0.rawValue) }), "weights": weights.json,
      "intercept": .number(intercept),
    ]
  }

  init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("sources", "weights", "intercept")
    var sources: [ConfidenceSource] = []
    for field in try reader.require("sources").array() { sources.append(try field.choice()) }
    weights = try reader.numbers("weights")
    guard !sources.isEmpty, sources.count == weights.count, !sources.contains(.combined) else {
      throw reader.error("'sources' and 'weights' must be equally many, at least one, and none 'combined'")
    }
    self.sources = sources
    intercept = try reader.require("intercept").double()
  }
}

extension LabelledJudgments {
  /// The sources that every row has.
  public var completeSources: [ConfidenceSource] {
    ConfidenceSource.allCases.filter { source in rows.allSatisfy { $0.evidence.confidences[source] != nil } }
  }

  /// How many rows have a source.
  public func count(of source: ConfidenceSource) -> Int { rows.count { $0.evidence.confidences[source] != nil } }

  /// Combines every source that all rows have. Each row is given the combination that was fitted without its item.
  ///
  /// - Returns: what was combined; nil where there are fewer than two such sources.
  public mutating func combineCrossFitted(_ folds: Folds) throws(Undefined) -> [ConfidenceSource]? {
    let sources = completeSources.filter { $0 != .combined }
    guard sources.count > 1 else { return nil }
    let table = rows.map { row in sources.compactMap { row.evidence.confidences[$0] } }
    var combined = rows.map { _ in 0.0 }
    for (fit, judge) in folds.splits {
      let fitted = try CombinedConfidence(sources, fitting: fit.map { table[$0] }, fit.map { rows[$0].isRight })
      for row in judge { combined[row] = fitted.value(table[row]) }
    }
    for row in rows.indices { rows[row].evidence.confidences[.combined] = combined[row] }
    return sources
  }

  /// The confidences of `source` with whether the verdicts were right, the rows that have it, and their items.
  public func predictions(
    _ source: ConfidenceSource
  ) throws(CalibrationError) -> (data: Predictions, items: [String]) {
    let having = rows.filter { $0.evidence.confidences[source] != nil }
    let data = try Predictions(having.compactMap { $0.evidence.confidences[source] }, having.map(\.isRight))
    return (data, having.map(\.item))
  }
}
