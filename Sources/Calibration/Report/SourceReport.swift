import JSON

/// How much the confidences of one source are worth.
struct SourceReport: Sendable {
  /// The same rows after calibration, each by a calibrator that has not seen its item.
  struct Recalibrated: Sendable {
    let method: CalibrationMethod
    let measures: [Measure]
    let bins: [ReliabilityBin]
  }

  let source: ConfidenceSource
  let rows: Int
  /// Rows whose judgments do not have the source.
  let missing: Int
  let measures: [Measure]
  let parts: BrierParts?
  let bins: [ReliabilityBin]
  let riskCoverage: RiskCoverage?
  let recalibrated: Result<Recalibrated, Undefined>

  /// One for each source that any judgment has.
  ///
  /// `folds`: of all rows; nil where items are too few.
  static func all(
    _ data: LabelledJudgments, _ options: ReportOptions, _ folds: Folds?
  ) throws(CalibrationError) -> [SourceReport] {
    var reports: [SourceReport] = []
    for source in ConfidenceSource.allCases where data.count(of: source) > 0 {
      reports.append(try SourceReport(source, data, options, folds))
    }
    return reports
  }

  private init(
    _ source: ConfidenceSource, _ data: LabelledJudgments, _ options: ReportOptions, _ folds: Folds?
  ) throws(CalibrationError) {
    let (predictions, groups) = try data.predictions(source)
    let binning = Binning.equalWidth(options.bins)
    self.source = source
    rows = predictions.count
    missing = data.rows.count - rows
    measures = try Self.measures(predictions, groups, options)
    parts = try predictions.brierParts(binning)
    bins = try predictions.reliability(binning)
    riskCoverage = predictions.riskCoverage
    // Where the source is in every row, its folds are those of all rows: dealing a million items anew takes seconds.
    recalibrated = Self.recalibrate(predictions, groups, options, missing == 0 ? folds : nil)
  }

  private static func measures(
    _ data: Predictions, _ groups: [String], _ options: ReportOptions
  ) throws(CalibrationError) -> [Measure] {
    let bootstrap = try options.bootstrap()
    let (width, mass) = (Binning.equalWidth(options.bins), Binning.equalMass(options.bins))
    func drawn(_ name: String, _ measure: @escaping (Predictions) -> Estimate) -> Measure {
      Measure(name: name, estimate: .drawn(bootstrap, groups) { measure(data.rows($0)) })
    }
    func error(_ binning: Binning) -> (Predictions) -> Estimate {
      { data in .attempt { () throws(CalibrationError) in try data.calibrationError(binning) } }
    }
    return [
      drawn("auroc") { $0.areaUnderROC }, drawn("ece", error(width)), drawn("ece_equal_mass", error(mass)),
      Measure(name: "ece_debiased", estimate: try data.debiasedCalibrationError(width, seed: options.seed)),
      Measure(name: "mce", estimate: try data.maximumCalibrationError(width)), drawn("brier") { $0.brierScore },
      drawn("log_loss") { $0.logLoss },
      drawn("aurc") { data in Estimate { () throws(Undefined) in try data.requireCurve().area } },
      Measure(
        name: "e_aurc", estimate: Estimate { () throws(Undefined) in try data.requireCurve().excessArea }),
    ]
  }

  private static func recalibrate(
    _ data: Predictions, _ groups: [String], _ options: ReportOptions, _ folds: Folds?
  ) -> Result<Recalibrated, Undefined> {
    do throws(Undefined) {
      guard let folds = folds ?? (try? Folds(groups: groups, seed: options.seed)) else {
        throw .tooFew(of: "items", has: Set(groups).count, needs: 5)
      }
      let selection = try data.select(groups: groups, folds: folds)
      let binning = Binning.equalWidth(options.bins)
      let heldOut = selection.heldOut
      let error = Estimate.attempt { () throws(CalibrationError) in try heldOut.calibrationError(binning) }
      return .success(
        Recalibrated(
          method: selection.method,
          measures: [
            Measure(name: "ece", estimate: error), Measure(name: "brier", estimate: heldOut.brierScore),
            Measure(name: "log_loss", estimate: heldOut.logLoss),
          ], bins: (try? heldOut.reliability(binning)) ?? []))
    } catch {
      return .failure(error)
    }
  }

  func estimate(_ name: String) -> Estimate? { measures.first { $0.name == name }?.estimate }

  func json(level: Double) -> JSONValue {
    var members = JSONObject([("rows", .int(Int64(rows))), ("missing", .int(Int64(missing)))])
    members["measures"] = Measure.json(measures)
    members["brier_parts"] = parts.map {
      [
        "reliability": .number($0.reliability), "resolution": .number($0.resolution),
        "uncertainty": .number($0.uncertainty), "within_bins": .number($0.withinBins),
      ]
    }
    members["reliability"] = .array(bins.map { $0.json(level: level) })
    members["risk_coverage"] = .array((riskCoverage?.thinned ?? []).map(\.json))
    switch recalibrated {
    case .success(let after):
      members["recalibrated"] = [
        "method": .string(after.method.rawValue), "measures": Measure.json(after.measures),
        "reliability": .array(after.bins.map { $0.json(level: level) }),
      ]
    case .failure(let reason): members["recalibrated"] = ["method": nil, "reason": .string(reason.description)]
    }
    return .object(members)
  }
}

extension Predictions {
  func requireCurve() throws(Undefined) -> RiskCoverage {
    guard let curve = riskCoverage else { throw .tooFew(of: "rows", has: 0, needs: 1) }
    return curve
  }
}

extension ReliabilityBin {
  /// Of the share that happened, as if rows did not depend on each other.
  func interval(level: Double) -> Interval? { (try? Proportion(successes, of: count))?.wilson(level: level) }

  func json(level: Double) -> JSONValue {
    var members = JSONObject([
      ("count", .int(Int64(count))), ("confidence", .number(confidence)), ("rate", .number(rate)),
    ])
    members["interval"] = interval(level: level)?.json
    return .object(members)
  }
}

extension RiskCoverage {
  /// At most two hundred points, ends included.
  var thinned: [Point] {
    let most = 200
    guard points.count > most else { return points }
    return (0..<most).map { points[$0 * (points.count - 1) / (most - 1)] }
  }
}

extension RiskCoverage.Point {
  var json: JSONValue {
    ["threshold": .number(threshold), "coverage": .number(coverage), "risk": .number(risk)]
  }
}
