import Wire

/// Which part of the data each row is held out with. Rows of one group (an item, a question) are always together: a calibration must
/// never be judged on an item that it has seen.
public struct Folds: Sendable, Hashable {
  /// For each row the number of its fold, from 0.
  public let assignment: [Int]
  /// How many folds.
  public let count: Int

  /// Deals the groups into `count` folds in the order of a hash of seed and group, so that folds differ by one group at most and a new
  /// order of the rows changes nothing.
  public init(groups: [String], count: Int = 5, seed: UInt64 = 0) throws(CalibrationError) {
    guard (2...100).contains(count) else { throw CalibrationError("\(count) folds; accepted: 2 to 100") }
    let hashed = Set(groups).map { (hash: Digest.seed("calibration fold", String(seed), $0), group: $0) }
    guard hashed.count >= count else {
      throw CalibrationError(
        "\(hashed.count) groups do not fill \(count) folds; label more items or ask for fewer folds")
    }
    let ordered = hashed.sorted { ($0.hash, $0.group) < ($1.hash, $1.group) }
    let folds = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($0.element.group, $0.offset % count) })
    self.assignment = groups.compactMap { folds[$0] }
    self.count = count
  }

  /// Folds that were made elsewhere. Refuses a group that is in two of them: what is fitted would be judged on items it was fitted to.
  public init(assignment: [Int], groups: [String]) throws(CalibrationError) {
    try requireSameCount(assignment.count, "assignment", groups.count, "groups")
    var seen: [String: Int] = [:]
    for (fold, group) in zip(assignment, groups) {
      guard fold >= 0 else { throw CalibrationError("fold \(fold); accepted: 0 and more") }
      let first = seen[group, default: fold]
      guard first == fold else {
        throw CalibrationError(
          "group '\(group)' is in the folds \(first) and \(fold); rows of one group belong together")
      }
      seen[group] = fold
    }
    let count = (assignment.max() ?? -1) + 1
    guard count >= 2, Set(assignment).count == count else {
      throw CalibrationError("\(Set(assignment).count) of \(count) folds have rows; accepted: two and more, none empty")
    }
    (self.assignment, self.count) = (assignment, count)
  }

  /// The rows to fit on and the rows to judge on, for each fold.
  var splits: [(fit: [Int], judge: [Int])] {
    (0..<count).map { fold in
      (assignment.indices.filter { assignment[$0] != fold }, assignment.indices.filter { assignment[$0] == fold })
    }
  }
}
