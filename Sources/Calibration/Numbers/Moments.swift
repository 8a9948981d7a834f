import Glibc

extension Array where Element == Double {
  /// Neumaier's compensated sum: a million terms lose no digits.
  package var sum: Double {
    var total = 0.0
    var lost = 0.0
    for term in self {
      let next = total + term
      lost += abs(total) >= abs(term) ? (total - next) + term : (term - next) + total
      total = next
    }
    return total + lost
  }

  /// NaN when empty: callers check first.
  package var mean: Double { sum / Double(count) }

  /// The mean squared distance from the mean, times n / (n - ddof).
  func variance(ddof: Int) -> Double {
    let centre = mean
    return map { ($0 - centre) * ($0 - centre) }.sum / Double(count - ddof)
  }

  /// Every element is the same number.
  var isConstant: Bool { allSatisfy { $0 == self[0] } }

  /// The quantile of an ascending array, interpolated between neighbours: numpy's `linear`, type 7 of Hyndman and Fan 1996.
  package func quantile(_ share: Double) -> Double {
    let place = Double(count - 1) * Swift.min(Swift.max(share, 0), 1)
    let below = Int(place)
    guard below + 1 < count else { return self[count - 1] }
    return self[below] + (place - Double(below)) * (self[below + 1] - self[below])
  }

  /// Ranks from 1; equal values share the mean of their ranks.
  var midranks: [Double] {
    let order = indices.sorted { self[$0] < self[$1] }
    var ranks = [Double](repeating: 0, count: count)
    for ties in order.chunked(by: { self[$0] == self[$1] }) {
      let rank = Double(ties.startIndex + ties.endIndex + 1) / 2
      for place in ties { ranks[place] = rank }
    }
    return ranks
  }
}

extension Array {
  /// Maximal runs of neighbours that belong together.
  func chunked(by belong: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
    var chunks: [ArraySlice<Element>] = []
    var start = 0
    for place in indices where place + 1 == count || !belong(self[place], self[place + 1]) {
      chunks.append(self[start...place])
      start = place + 1
    }
    return chunks
  }
}

extension Double {
  /// ln(p / (1 - p)); infinite at 0 and 1.
  var logit: Double { log(self) - log1p(-self) }

  /// 1 / (1 + e^-x), without overflow.
  var sigmoid: Double { self >= 0 ? 1 / (1 + exp(-self)) : exp(self) / (1 + exp(self)) }

  /// ln(1 + e^x), without overflow.
  var softplus: Double { Swift.max(self, 0) + log1p(exp(-abs(self))) }

  /// Into `range`.
  func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
