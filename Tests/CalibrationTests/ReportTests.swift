import JSON
import Testing

@testable import Calibration

/// What a report says where there is little or nothing to say: null with the reason, never a number.
@Suite struct ReportTests {
  private func report(
    _ labels: [JSONValue], _ judgments: [JSONValue], _ rules: EvidenceRules, resamples: Int = 100
  ) throws -> CalibrationReport {
    var options = ReportOptions()
    options.resamples = resamples
    return try CalibrationReport(try Judged.data(labels, judgments, rules), options)
  }

  private func measure(_ report: CalibrationReport, _ source: String, _ name: String) -> JSONValue? {
    report.json["sources"]?[source]?["measures"]?[name]
  }

  @Test func outcomesOfOneKind() throws {
    let ids = (0..<30).map { "q\($0)" }
    let all = try report(
      ids.map { Judged.label($0, .pass, true) }, ids.map { Judged.scores($0, [5, 5, 5, 1, 5]) },
      .pass(least: 3, scale: nil))
    #expect(measure(all, "samples", "auroc") == ["value": nil, "reason": "every outcome is true"])
    #expect(all.json["sources"]?["samples"]?["recalibrated"] == ["method": nil, "reason": "every outcome is true"])
    #expect(all.json["not_combined"] == "fewer than two sources are in every judgment")
    #expect(all.json["accuracy"]?["value"] == 1.0)
    #expect(all.markdown.contains("- samples, auroc: every outcome is true"))
  }

  @Test func fewerItemsThanBinsAndFolds() throws {
    let labels = [Judged.label("a", .score, 3), Judged.label("b", .score, 1), Judged.label("c", .score, 5)]
    let judgments = [Judged.scores("a", [3, 3]), Judged.scores("b", [2, 4]), Judged.scores("c", [5, 4])]
    let few = try report(labels, judgments, .score(within: 0.5, scale: try HumanScale(1, 5, step: 1)))
    #expect(few.json["sources"]?["samples"]?["reliability"]?.array?.count == 2)
    #expect(few.json["coverage"] == ["method": nil, "reason": "3 items, at least 5 needed"])
    #expect(few.markdown.contains("## Intervals around calibrated scores\n\nNone: 3 items, at least 5 needed."))
    #expect(few.html.contains("<p>None: 3 items, at least 5 needed.</p>"))
    #expect(
      few.json["sources"]?["samples"]?["recalibrated"]?["reason"] == "3 items, at least 5 needed")
    #expect(few.warnings.contains("too few items to fit to some and measure on others: nothing is recalibrated"))
    let one = try report([labels[0]], [judgments[0]], .score(within: 0.5, scale: nil))
    #expect(one.json["scores"]?["measures"]?["pearson"] == ["value": nil, "reason": "1 rows, at least 2 needed"])
    #expect(one.json["accuracy"] == ["value": 1.0])
    #expect(one.json["coverage"] == ["method": nil, "reason": "the scale of the labels is not known"])
  }

  @Test func scoresThatDoNotVary() throws {
    let ids = (0..<12).map { "q\($0)" }
    let flat = try report(
      ids.enumerated().map { Judged.label($0.element, .score, .int(Int64(1 + $0.offset % 5))) },
      ids.map { Judged.scores($0, [3]) }, .score(within: 0.5, scale: try HumanScale(1, 5, step: 1)))
    let measures = try #require(flat.json["scores"]?["measures"])
    #expect(measures["spearman"] == ["value": nil, "reason": "the judge's scores do not vary"])
    #expect(measures["kendall_tau_b"]?["value"]?.isNull == true)
    // No map of scores can be chosen, and that is the reason why there are no intervals.
    #expect(flat.json["coverage"] == ["method": nil, "reason": "the judge's scores do not vary"])
    #expect(flat.json["sources"] == .object(JSONObject()))
    #expect(flat.markdown.contains("No judgment has any source of confidence"))
    #expect(flat.html.contains("No judgment has any source of confidence"))
  }

  /// One confidence for all: nothing to tell apart by, and AUROC says so with one half, not with nothing.
  @Test func confidencesThatDoNotVary() throws {
    let ids = (0..<40).map { "q\($0)" }
    let flat = try report(
      ids.enumerated().map { Judged.label($0.element, .pass, .bool($0.offset % 4 != 0)) },
      ids.map { Judged.scores($0, [5, 5, 5, 1, 5]) }, .pass(least: 3, scale: nil))
    #expect(measure(flat, "samples", "auroc")?["value"] == 0.5)
    let error = try #require(measure(flat, "samples", "ece")?["value"]?.double)
    #expect(abs(error - 0.05) < 1e-12)
  }

  @Test func ratersWithMissingItems() throws {
    var labels: [JSONValue] = []
    var judgments: [JSONValue] = []
    for item in 0..<40 {
      let score = Int64(1 + item % 5)
      for rater in ["anna", "bo", "cy"] where rater != "cy" || item % 3 == 0 {
        let shift: Int64 = rater == "bo" && item % 4 == 0 && score < 5 ? 1 : 0
        labels.append(Judged.label("q\(item)", .score, .int(score + shift), ["rater": .string(rater)]))
      }
      judgments.append(Judged.scores("q\(item)", [Double(score), Double(min(score + 1, 5))]))
    }
    let found = try report(labels, judgments, .score(within: 0.5, scale: try HumanScale(1, 5, step: 1)))
    let people = try #require(found.json["raters"]?["among_people"])
    #expect(people["krippendorff_ordinal"]?["value"]?.double ?? 0 > 0.8)
    #expect(
      people["icc_2_1"]?["reason"] == "a rating is missing; intraclass correlations need every rater to rate every item"
    )
    #expect(
      people["fleiss_kappa"]?["reason"] == "items have different numbers of ratings; Fleiss' kappa needs equally many")
    let compared = try #require(found.json["raters"]?["judge_among_people"]?["exact"])
    #expect(compared["human_human"]?["value"]?.double ?? 0 > 0.7)
    #expect(compared["difference"]?["interval"] != nil)
  }

  @Test func systemsAreRankedByBothSides() throws {
    var randomness = Randomness(seed: 5, purpose: "test")
    let strengths = ["a": 0.0, "b": 1.0, "c": -1.0]
    var (labels, judgments): ([JSONValue], [JSONValue]) = ([], [])
    for item in 0..<200 {
      var names = strengths.keys.sorted()
      randomness.shuffle(&names)
      let lead = (strengths[names[0]] ?? 0) - (strengths[names[1]] ?? 0)
      func winner() -> JSONValue {
        let draw = lead + (randomness.uniform() - 0.5) * 6
        return abs(draw) < 0.2 ? nil : draw > 0 ? 0 : 1
      }
      labels.append(
        Judged.label(
          "p\(item)", .winner, winner(),
          ["systems": [.string(names[0]), .string(names[1])], "style": ["tokens": [10, .int(Int64(5 + item % 20))]]]))
      judgments.append([
        "id": .string("p\(item)"), "status": "ok", "format": "pairwise", "winner": winner(), "samples": [],
        "provenance": Judged.provenance,
      ])
    }
    let found = try report(labels, judgments, .winner)
    let ranking = try #require(found.json["ranking"])
    for side in ["people", "judge"] {
      func strength(_ name: String) -> Double { ranking[side]?["strengths"]?[name]?["value"]?.double ?? .nan }
      #expect(strength("b") > strength("a") && strength("a") > strength("c"), "\(side)")
    }
    #expect(ranking["people"]?["style"]?["tokens"]?["interval"] != nil)
    #expect(ranking["people"]?["strengths_with_ties"]?["a"]?["value"]?.double != nil)
    #expect(abs((ranking["spearman"]?["value"]?.double ?? 0) - 1) < 1e-12)
  }

  /// What comes from files cannot leave its place in the page.
  @Test func namesAreText() throws {
    var provenance = try #require(Judged.provenance.object)
    provenance["judge"] = "<script>alert(1)</script>"
    let ids = (0..<12).map { "q\($0)" }
    let page = try report(
      ids.enumerated().map {
        Judged.label($0.element, .score, .int(Int64(1 + $0.offset % 5)), ["group": .string("<b>|\($0.offset % 2)")])
      },
      ids.enumerated().map {
        Judged.scores($0.element, [Double(1 + $0.offset % 4)], with: ["provenance": .object(provenance)])
      },
      .score(within: 0.5, scale: try HumanScale(1, 5, step: 1)))
    #expect(!page.html.contains("<script") && !page.html.contains("<b>|"))
    #expect(page.html.contains("&lt;script&gt;"))
    #expect(page.markdown.contains("<b>¦0"))
  }

  @Test func withoutDrawsThereAreIntervalsByFormulaOnly() throws {
    let made = Judged.overconfident(60, seed: 9)
    let quick = try report(
      made.labels, made.judgments, .score(within: 0.5, scale: try HumanScale(1, 5, step: 1)), resamples: 0)
    #expect(measure(quick, "samples", "ece")?["interval"] == nil)
    #expect(quick.json["scores"]?["measures"]?["pearson"]?["interval"]?["method"] == "fisher_z")
    #expect(throws: CalibrationError.self) {
      try report(made.labels, made.judgments, .score(within: 0.5, scale: nil), resamples: 3)
    }
  }
}
