extension CalibrationReport {
  /// For people: what matters, in tables.
  public var markdown: String {
    let sections = [heading, sourceTable, scoreTable, coverageTable, raterTable, rankingTable, remarks]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private var heading: String {
    """
    # How far \(judge.shown) can be trusted

    Rubric \(judge.rubric.prefix { $0 != "@" }), \(judge.format). \(rows) verdicts on \(items) labelled items; right: \(rules.description).
    Right: \(accuracy.shownWithInterval). Intervals are of \(Shown.percent(options.level)), by drawing whole items unless said otherwise.
    """
  }

  private var sourceTable: String {
    guard !sources.isEmpty else {
      return "No judgment has any source of confidence: take several samples, both orders, or log-probabilities."
    }
    var table = MarkdownTable(["confidence", "rows", "AUROC", "ECE", "Brier", "AURC", "ECE after", "by"])
    for source in sources {
      func cell(_ name: String) -> String { source.estimate(name)?.shownWithInterval ?? "–" }
      var after = ("–", "")
      if case .success(let fit) = source.recalibrated {
        after = (fit.measures.first?.estimate.shown ?? "–", fit.method.rawValue)
      }
      table.add(
        [source.source.rawValue, "\(source.rows)"] + ["auroc", "ece", "brier", "aurc"].map(cell) + [after.0, after.1])
    }
    return "## Confidence\n\n\(table.text)\n\n“ECE after”: of held-out items, calibrated on the others.\(reasons)"
  }

  /// Why what is a dash in the table is one.
  private var reasons: String {
    var lines: [String] = []
    for source in sources {
      for measure in source.measures {
        if let reason = measure.estimate.reason {
          lines.append("- \(source.source.rawValue), \(measure.name): \(reason)")
        }
      }
      if case .failure(let reason) = source.recalibrated {
        lines.append("- \(source.source.rawValue), calibration: \(reason)")
      }
    }
    if let notCombined { lines.append("- combined: \(notCombined)") }
    return lines.isEmpty ? "" : "\n\n" + lines.joined(separator: "\n")
  }

  private var scoreTable: String {
    guard let scores else { return "" }
    return "## Scores beside those of people\n\n" + Self.table(scores.measures)
  }

  static func table(_ measures: [Measure]) -> String {
    var table = MarkdownTable(["measure", "value", "interval", "note"])
    for measure in measures {
      let estimate = measure.estimate
      table.add([
        measure.name, estimate.shown, estimate.interval?.shown ?? "", estimate.reason?.description ?? "",
      ])
    }
    return table.text
  }

  private var coverageTable: String {
    let coverage: CoverageReport
    switch self.coverage {
    case .success(let found)?: coverage = found
    case .failure(let reason)?: return "## Intervals around calibrated scores\n\nNone: \(reason).\n"
    case nil: return ""
    }
    var table = MarkdownTable(["group", "rows", "covered, one radius", "length", "covered, own radius", "length"])
    for (place, group) in coverage.overall.enumerated() {
      let own = place > 0 && place <= coverage.byGroup.count ? coverage.byGroup[place - 1] : nil
      func covered(_ group: CoverageReport.Group) -> String {
        group.covered.estimate(level: options.level).shownWithInterval
      }
      table.add([
        group.name.isEmpty ? "all" : group.name, "\(group.covered.count)", covered(group),
        Shown.number(group.meanLength), own.map(covered) ?? "", own.map { Shown.number($0.meanLength) } ?? "",
      ])
    }
    return """
      ## Intervals of \(Shown.percent(coverage.level)) around calibrated scores (\(coverage.method.rawValue))

      \(table.text)
      """
  }

  private var raterTable: String {
    guard let raters else { return "" }
    var table = MarkdownTable(["agreement by", "people with people", "judge with people", "difference"])
    for (by, compared) in raters.comparisons {
      table.add([
        by.rawValue, compared.humanHuman.shownWithInterval, compared.humanJudge.shownWithInterval,
        compared.difference.shownWithInterval,
      ])
    }
    return "## \(raters.raters.count) people\n\n\(table.text)\n\n\(Self.table(raters.measures))"
  }

  private var rankingTable: String {
    guard let ranking else { return "" }
    var table = MarkdownTable(["system", "by people", "by the judge", "Elo by people", "Elo by the judge"])
    for (place, system) in ranking.systems.enumerated() {
      table.add([
        system, ranking.people.strengths.strengths[place].shownWithInterval,
        ranking.judge.strengths.strengths[place].shownWithInterval, Shown.number(ranking.people.elo[place]),
        Shown.number(ranking.judge.elo[place]),
      ])
    }
    let reason = ranking.people.strengths.strengths[0].reason.map { "\n\nBy people: \($0)" } ?? ""
    return """
      ## Systems, by Bradley-Terry on log-odds

      \(table.text)

      Spearman of the two: \(ranking.spearman.shown)\(reason)
      """
  }

  private var remarks: String {
    warnings.isEmpty ? "" : "## To be borne in mind\n\n" + warnings.map { "- \($0)" }.joined(separator: "\n")
  }
}
