/// Near matches for names that are not known, for error messages.
public enum Suggestion {
  /// A whole message: `unknown field 'wieght'; did you mean 'weight'? accepted: name, weight`.
  public static func unknown(_ noun: String, _ name: String, among accepted: [String]) -> String {
    let hint = nearest(to: name, in: accepted).map { "did you mean '\($0)'? " } ?? ""
    let list = accepted.isEmpty ? "there are none" : "accepted: \(accepted.joined(separator: ", "))"
    // Counted in scalars: one character can be as long as its writer likes.
    let scalars = name.unicodeScalars
    let shown = scalars.count > longest ? "\(String.UnicodeScalarView(scalars.prefix(longest)))…" : name
    return "unknown \(noun) '\(shown)'; \(hint)\(list)"
  }

  /// Names are compared up to here.
  private static let compared = 64

  /// A name from a stranger is shown up to here.
  private static let longest = 80

  /// The candidate with the smallest edit distance to `name`, if that is at most a third of its length (at least 2).
  public static func nearest(to name: String, in candidates: [String]) -> String? {
    let limit = max(2, min(name.count, compared) / 3)
    let ranked = candidates.map { (name: $0, distance: distance(name.lowercased(), $0.lowercased())) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit else { return nil }
    return best.name
  }

  /// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost 1.
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.prefix(compared)), b = Array(right.prefix(compared))
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        var cost = min(row[j - 1] + 1, previous[j] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, before[j - 2] + 1) }
        row.append(cost)
      }
      before = previous
      previous = row
    }
    return previous[b.count]
  }
}
