/// Why valid data have no answer to a question.
public enum Undefined: Error, Sendable, Hashable, CustomStringConvertible {
  /// Fewer than the formula needs.
  case tooFew(of: String, has: Int, needs: Int)
  /// More than there is time for: every pair would have to be looked at.
  case tooMany(of: String, has: Int, most: Int)
  /// All outcomes are the same, so there is nothing to tell apart.
  case oneClass(String)
  /// All values are the same, so they cannot vary with anything.
  case constant(String)
  /// Agreement by chance is certain, so no agreement can exceed it.
  case agreementCertain
  /// A probability of 0 was given to what happened.
  case certainAndWrong(count: Int)
  /// The likelihood has no maximum: these can be told apart without an error, or were never compared.
  case separated(String)
  /// What should rise with the judge's numbers falls with them: a monotone calibration would have to be constant.
  case inverted(String)
  /// The search for the best parameters did not end.
  case notConverged(String)
  /// Sensitivity + specificity - 1 cannot be told from 0, so the judge's verdicts say nothing about the truth.
  case noInformation(youden: Double)
  /// A method that needs every rating met one that is missing.
  case missingRatings(String)
  /// Another reason, in words.
  case failed(String)
  /// The result is too large for a number.
  case notFinite

  /// A sentence without a full stop.
  public var description: String {
    switch self {
    case .tooFew(let what, let has, let needs): "\(has) \(what), at least \(needs) needed"
    case .tooMany(let what, let has, let most): "\(has) \(what), \(most) at most"
    case .oneClass(let what): "every outcome is \(what)"
    case .constant(let what): "\(what) do not vary"
    case .agreementCertain: "only one category was used, so agreement by chance is certain"
    case .certainAndWrong(let count): "\(count) outcomes were given a probability of 0, so the loss is infinite"
    case .separated(let what): "\(what); the best parameters are infinite"
    case .inverted(let what): "\(what) do not rise with the judge's numbers"
    case .notConverged(let what): "\(what) did not converge"
    case .noInformation(let youden):
      "sensitivity + specificity - 1 is \((youden * 1000).rounded() / 1000), which cannot be told from 0: the judge's"
        + " verdicts carry no information"
    case .missingRatings(let what), .failed(let what): what
    case .notFinite: "the result is not a finite number"
    }
  }
}

/// Refuses too few of something.
func require(_ count: Int, atLeast least: Int, _ what: String) throws(Undefined) {
  guard count >= least else { throw .tooFew(of: what, has: count, needs: least) }
}
