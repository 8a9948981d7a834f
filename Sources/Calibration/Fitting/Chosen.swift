/// The source of confidence that is calibrated, and how.
struct Chosen {
  let source: ConfidenceSource
  let combination: CombinedConfidence?
  let selection: Selection
  /// Every source that was tried, with its held-out log loss, or why it could not be.
  let tried: [(source: ConfidenceSource, loss: Estimate)]

  /// Tries the sources that every row has, or the one that is asked for, on the rows to fit on.
  init(_ fit: Fit, _ rows: [LabelledJudgments.Row]) throws(Undefined) {
    let candidates = try Self.candidates(fit, rows)
    var tried: [(source: ConfidenceSource, loss: Estimate)] = []
    var best: (place: Int, loss: Double, selection: Selection)?
    for (place, candidate) in candidates.enumerated() {
      do throws(Undefined) {
        let selection = try Self.select(fit, candidate.predictions, rows.map(\.item))
        let loss = selection.heldOut.logLoss
        tried.append((candidate.source, loss))
        if let loss = loss.number, loss < best?.loss ?? .infinity { best = (place, loss, selection) }
      } catch {
        tried.append((candidate.source, .undefined(error)))
      }
    }
    guard let best else { throw tried.first?.loss.reason ?? .tooFew(of: "sources of confidence", has: 0, needs: 1) }
    source = candidates[best.place].source
    combination = candidates[best.place].combination
    selection = best.selection
    self.tried = tried
  }

  private typealias Candidate = (
    source: ConfidenceSource, combination: CombinedConfidence?, predictions: Predictions
  )

  private static func candidates(_ fit: Fit, _ rows: [LabelledJudgments.Row]) throws(Undefined) -> [Candidate] {
    let live = ConfidenceSource.allCases.filter { $0 != .panel && $0 != .combined }
    let complete = live.filter { source in rows.allSatisfy { $0.evidence.confidences[source] != nil } }
    let right = rows.map(\.isRight)
    if let source = fit.source, source != .combined, !complete.contains(source) {
      let missing = rows.count { $0.evidence.confidences[source] == nil }
      throw .failed(
        source == .panel
          ? "the source 'panel' is not there when one judge is served; accepted: \(live.map(\.rawValue).joined(separator: ", "))"
          : "\(missing) of \(rows.count) judgments do not have the source '\(source.rawValue)'; those that all have: "
            + (complete.isEmpty ? "none" : complete.map(\.rawValue).joined(separator: ", ")))
    }
    guard !complete.isEmpty else {
      throw .failed(
        "no source of confidence is in every judgment; take several samples, both orders, or log-probabilities")
    }
    let wanted = fit.source.map { source in complete.filter { $0 == source } } ?? complete
    var candidates: [Candidate] = []
    for source in wanted {
      candidates.append((source, nil, Predictions(checked: rows.compactMap { $0.evidence.confidences[source] }, right)))
    }
    if complete.count > 1, fit.source ?? .combined == .combined {
      candidates.append(try combined(complete, rows, right))
    } else if fit.source == .combined {
      throw .tooFew(of: "sources to combine", has: complete.count, needs: 2)
    }
    return candidates
  }

  /// The combination is fitted to all rows, and judged by the confidences that combinations without the item give.
  private static func combined(
    _ sources: [ConfidenceSource], _ rows: [LabelledJudgments.Row], _ right: [Bool]
  ) throws(Undefined) -> Candidate {
    let table = rows.map { row in sources.compactMap { row.evidence.confidences[$0] } }
    guard let folds = try? Folds(groups: rows.map(\.item)) else {
      throw .tooFew(of: "items", has: Set(rows.map(\.item)).count, needs: 5)
    }
    var values = rows.map { _ in 0.0 }
    for (fit, judge) in folds.splits {
      let one = try CombinedConfidence(sources, fitting: fit.map { table[$0] }, fit.map { right[$0] })
      for row in judge { values[row] = one.value(table[row]) }
    }
    return (.combined, try CombinedConfidence(sources, fitting: table, right), Predictions(checked: values, right))
  }

  private static func select(_ fit: Fit, _ data: Predictions, _ items: [String]) throws(Undefined) -> Selection {
    guard let folds = try? Folds(groups: items, seed: fit.seed) else {
      throw .tooFew(of: "items", has: Set(items).count, needs: 5)
    }
    return try data.select(fit.methods, groups: items, folds: folds)
  }

  /// As the source has it; nil where a judgment does not have it.
  func raw(_ confidences: Confidences) -> Double? { combination.map { $0(confidences) } ?? confidences[source] }

  /// The probability that the verdict is right.
  func calibrated(_ confidences: Confidences) -> Double? { raw(confidences).map { selection.calibrator($0) } }
}
