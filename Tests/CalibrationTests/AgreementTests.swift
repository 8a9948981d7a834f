import JSON
import Testing

@testable import Calibration

@Suite struct AgreementTests {
  @Test func agreesWithReferences() throws {
    try compare("agreement", atLeast: 130) { row in
      let items = try row.data.require("items").array()
      let ratings = try Ratings(items.map { try $0.array().map { $0.value.isNull ? nil : try $0.double() } })
      switch row.measure {
      case "krippendorff":
        return [try ratings.krippendorffAlpha(row.options.require("level").choice()).number]
      case "fleiss": return [ratings.fleissKappa.number]
      case "gwet": return [ratings.gwet(try row.options.require("weights").choice()).number]
      case "icc": return [try ratings.intraclassCorrelation(row.options.require("form").choice()).number]
      case "icc_interval":
        let estimate = try ratings.intraclassCorrelation(row.options.require("form").choice())
        return [estimate.interval?.lower, estimate.interval?.upper]
      default: throw UnknownMeasure(name: row.measure)
      }
    }
  }

  @Test func undefinedSaysWhy() throws {
    let same = try Ratings([[2, 2], [2, 2]])
    #expect(same.fleissKappa.reason == .agreementCertain)
    #expect(same.gwet().reason == .agreementCertain)
    #expect(try same.krippendorffAlpha(.nominal).reason == .agreementCertain)
    #expect(try same.intraclassCorrelation(.agreementSingle).reason == .constant("the ratings"))
    let holes = try Ratings([[1, nil], [2, 2]])
    let missing = Undefined.missingRatings(
      "a rating is missing; intraclass correlations need every rater to rate every item")
    #expect(try holes.intraclassCorrelation(.oneWaySingle).reason == missing)
    #expect(try Ratings([[1, nil], [nil, 2]]).krippendorffAlpha(.interval).reason != nil)
    #expect(try Ratings([]).fleissKappa.reason == .tooFew(of: "items", has: 0, needs: 1))
  }

  /// Two sides that share no item, or of which one never varies.
  @Test func pairsWithoutAnAnswerKeepTheirReason() {
    let nothing = PairedScores(checked: [], [])
    let flat = PairedScores(checked: [3, 3, 3, 3], [3, 3, 3, 3])
    for (agreement, empty, constant) in [
      (PairAgreement.exact, "0 items that both rated, at least 1 needed", nil as String?),
      (.kappa, "0 rows, at least 1 needed", Undefined.agreementCertain.description),
      (.quadraticKappa, "0 rows, at least 1 needed", Undefined.agreementCertain.description),
      (.spearman, "0 rows, at least 2 needed", "the judge's scores do not vary"),
    ] {
      #expect(agreement(nothing).reason?.description == empty, "\(agreement)")
      #expect(agreement(flat).reason?.description == constant, "\(agreement)")
    }
  }

  /// Items that all raters agree on: the correlation is 1, and F is infinite, so there is no interval.
  @Test func perfectAgreement() throws {
    let ratings = try Ratings([[1, 1], [2, 2], [5, 5]])
    for form in IntraclassForm.allCases {
      #expect(try ratings.intraclassCorrelation(form) == .value(1, nil), "\(form)")
    }
    #expect(ratings.fleissKappa.number == 1)
  }

  @Test func refusesWhatIsNoRating() throws {
    #expect(throws: CalibrationError("items[1] has 1 ratings and items[0] has 2; a missing rating is null")) {
      try Ratings([[1, 2], [1]])
    }
    #expect(throws: CalibrationError.self) { try Ratings([[1, .nan]]) }
    #expect(throws: CalibrationError.self) { try Ratings([[1, -1]]).krippendorffAlpha(.ratio) }
  }
}
