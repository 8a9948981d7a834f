/// What several raters said of the same items; some ratings may be missing. Categories are numbers too: their order and distance count
/// only where a measure says so.
public struct Ratings: Sendable, Hashable {
  /// For each item the rating of each rater, nil where there is none.
  public let items: [[Double?]]
  /// How many raters.
  public let raters: Int

  /// Refuses items with different numbers of raters, and numbers that are not finite.
  public init(_ items: [[Double?]]) throws(CalibrationError) {
    let raters = items.first?.count ?? 0
    for (place, item) in items.enumerated() {
      guard item.count == raters else {
        throw CalibrationError(
          "items[\(place)] has \(item.count) ratings and items[0] has \(raters); a missing rating is null")
      }
      try requireFinite(item.compactMap(\.self), "items[\(place)]")
    }
    (self.items, self.raters) = (items, raters)
  }

  private init(checked items: [[Double?]], raters: Int) { (self.items, self.raters) = (items, raters) }

  /// The items at `places`, in their order; a place may occur several times.
  public func rows(_ places: [Int]) -> Ratings { Ratings(checked: places.map { items[$0] }, raters: raters) }

  /// Every number that was used, ascending.
  public var categories: [Double] { Set(items.flatMap { $0.compactMap(\.self) }).sorted() }

  /// For each item, how often each of `categories` was used.
  func counts(_ categories: [Double]) -> [[Double]] {
    let places = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($0.element, $0.offset) })
    return items.map { item in
      var row = [Double](repeating: 0, count: categories.count)
      for case let rating? in item { if let place = places[rating] { row[place] += 1 } }
      return row
    }
  }
}

/// How much a disagreement between two categories counts.
public enum AgreementWeights: String, Sendable, CaseIterable {
  /// All disagreements alike.
  case nominal
  /// By the distance in the list of categories.
  case linear
  /// By its square.
  case quadratic

  /// From 1 for the same category to 0 for the two ends of `count` categories.
  func weight(_ left: Int, _ right: Int, of count: Int) -> Double {
    let distance = count > 1 ? Double(abs(left - right)) / Double(count - 1) : 0
    switch self {
    case .nominal: return left == right ? 1 : 0
    case .linear: return 1 - distance
    case .quadratic: return 1 - distance * distance
    }
  }
}
