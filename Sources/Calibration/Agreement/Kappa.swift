extension PairedScores {
  /// Cohen's kappa, (observed - expected) / (1 - expected) agreement, where each side keeps its own frequencies by chance (Cohen 1960,
  /// weighted 1968). Distances count places in `categories`, which are those that occur unless given.
  public func kappa(
    _ weights: AgreementWeights = .nominal, categories: [Double]? = nil
  ) throws(CalibrationError) -> Estimate {
    let known = try categories.map(distinct) ?? Set(judge + human).sorted()
    let places = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($0.element, $0.offset) })
    var table = [[Double]](repeating: [Double](repeating: 0, count: known.count), count: known.count)
    for row in 0..<count {
      guard let left = places[judge[row]], let right = places[human[row]] else {
        throw CalibrationError("row \(row) has \(judge[row]) and \(human[row]); accepted: the categories \(known)")
      }
      table[left][right] += 1
    }
    return Estimate { () throws(Undefined) in
      try require(count, atLeast: 1, "rows")
      let n = Double(count)
      let judgeShares = table.map { $0.sum / n }
      let humanShares = known.indices.map { column in table.map { $0[column] }.sum / n }
      var (observed, expected) = (0.0, 0.0)
      for left in known.indices {
        for right in known.indices {
          let disagreement = 1 - weights.weight(left, right, of: known.count)
          observed += disagreement * table[left][right] / n
          expected += disagreement * judgeShares[left] * humanShares[right]
        }
      }
      guard expected > 0 else { throw .agreementCertain }
      return 1 - observed / expected
    }
  }

  /// Cohen's kappa with quadratic weights by the distance of the values themselves, so that it needs no list of categories: 1 less the mean
  /// squared difference over the one that is expected of independent sides. For equally spaced categories it is ``kappa(_:categories:)``
  /// with all of them listed, for continuous scores Lin's concordance correlation (Lin 1989; their identity: King and Chinchilli 2001).
  public var quadraticKappa: Estimate {
    Estimate { () throws(Undefined) in
      try require(count, atLeast: 1, "rows")
      let shift = judge.mean - human.mean
      let expected = judge.variance(ddof: 0) + human.variance(ddof: 0) + shift * shift
      guard expected > 0 else { throw .agreementCertain }
      return 1 - zip(judge, human).map { ($0 - $1) * ($0 - $1) }.mean / expected
    }
  }

  private func distinct(_ categories: [Double]) throws(CalibrationError) -> [Double] {
    try requireFinite(categories, "categories")
    guard Set(categories).count == categories.count else { throw CalibrationError("a category is listed twice") }
    return categories
  }
}

extension Ratings {
  /// Fleiss' kappa: chance follows the frequencies of all raters together, and each item may have had other raters (Fleiss 1971). Every
  /// item needs the same number of ratings, at least two.
  public var fleissKappa: Estimate {
    Estimate { () throws(Undefined) in
      try require(items.count, atLeast: 1, "items")
      let counts = counts(categories)
      let sizes = counts.map(\.sum)
      guard let size = sizes.first, sizes.allSatisfy({ $0 == size }) else {
        throw .missingRatings("items have different numbers of ratings; Fleiss' kappa needs equally many")
      }
      try require(Int(size), atLeast: 2, "ratings for each item")
      let observed = counts.map { ($0.map { $0 * $0 }.sum - size) / (size * (size - 1)) }.mean
      let shares = categories.indices.map { place in counts.map { $0[place] }.sum / (size * Double(items.count)) }
      let expected = shares.map { $0 * $0 }.sum
      guard categories.count > 1 else { throw .agreementCertain }
      return (observed - expected) / (1 - expected)
    }
  }

  /// Gwet's AC1 (`nominal`) and AC2 (other weights): chance agreement is that of raters who are sure of some items and guess on the
  /// others, so that it stays small where one category prevails (Gwet 2008, 2014). Missing ratings are allowed. Distances count places
  /// in ``categories``, of which there must be two.
  public func gwet(_ weights: AgreementWeights = .nominal) -> Estimate {
    Estimate { () throws(Undefined) in
      let categories = categories
      let counts = counts(categories)
      let paired = counts.filter { $0.sum >= 2 }
      try require(paired.count, atLeast: 1, "items with two ratings")
      guard categories.count > 1 else { throw .agreementCertain }
      func weight(_ left: Int, _ right: Int) -> Double { weights.weight(left, right, of: categories.count) }
      let observed = paired.map { row in
        let size = row.sum
        return row.indices.map { place in
          row[place] * (row.indices.map { weight(place, $0) * row[$0] }.sum - 1)
        }.sum / (size * (size - 1))
      }.mean
      let rated = counts.filter { $0.sum >= 1 }
      let shares = categories.indices.map { place in rated.map { $0[place] / $0.sum }.mean }
      let weightSum = categories.indices.flatMap { left in categories.indices.map { weight(left, $0) } }.sum
      let q = Double(categories.count)
      let expected = weightSum / (q * (q - 1)) * shares.map { $0 * (1 - $0) }.sum
      guard expected < 1 else { throw .agreementCertain }
      return (observed - expected) / (1 - expected)
    }
  }
}
