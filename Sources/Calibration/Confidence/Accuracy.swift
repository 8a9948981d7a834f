import Glibc

extension Predictions {
  /// The share of outcomes that are on the side of one half that the probability is on. A probability of exactly one half is half
  /// right: it names no side.
  public var accuracy: Estimate {
    Estimate { () throws(Undefined) in
      try requireAny()
      return zip(probabilities, outcomes).map { $0 == 0.5 ? 0.5 : (($0 > 0.5) == $1 ? 1 : 0) }.mean
    }
  }

  /// The area under the ROC curve: the probability that a row that happened was given more than one that did not, ties counting one
  /// half (Mann and Whitney 1947).
  public var areaUnderROC: Estimate {
    Estimate { () throws(Undefined) in
      try requireBothClasses()
      let ranks = zip(probabilities.midranks, outcomes).filter { $0.1 }.map { $0.0 }
      let happened = Double(ranks.count)
      return (ranks.sum - happened * (happened + 1) / 2) / (happened * Double(count - ranks.count))
    }
  }

  /// The mean of -ln of the probability that was given to what happened. Not clipped: a probability of 0 for what happened makes it
  /// infinite, which is reported as such.
  public var logLoss: Estimate {
    Estimate { () throws(Undefined) in
      try requireAny()
      let wrong = zip(probabilities, outcomes).count { $0 == ($1 ? 0 : 1) }
      guard wrong == 0 else { throw .certainAndWrong(count: wrong) }
      return zip(probabilities, outcomes).map { $1 ? -log($0) : -log1p(-$0) }.mean
    }
  }

  /// The mean squared distance of probability and outcome (Brier 1950).
  public var brierScore: Estimate {
    Estimate { () throws(Undefined) in
      try requireAny()
      return zip(probabilities, outcomes).map { ($0 - ($1 ? 1 : 0)) * ($0 - ($1 ? 1 : 0)) }.mean
    }
  }
}
