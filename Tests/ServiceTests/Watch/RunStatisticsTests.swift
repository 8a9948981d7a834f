import Foundation
import JSON
import Testing

@testable import Service

/// Statistics of training runs, one by one, against those that numpy and scipy make of all at once (Fixtures/runs/generate.py).
@Suite struct RunStatisticsTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let json: JSONValue

    var testDescription: String { json["name"]?.string ?? "" }
    func number(_ name: String, otherwise: Double = 0) -> Double { json[name]?.double ?? otherwise }

    /// The rewards of the row, as the script makes them.
    var rewards: [RunStatistics.Reward] {
      let seed = UInt64(number("seed"))
      let count = Int(number("count"))
      let (scale, step, offset) = (number("scale", otherwise: 1), number("step"), number("offset"))
      let (drift, lengthWeight) = (number("drift"), number("length_weight"))
      return (0..<count).map { index in
        let bytes = 1 + Int(2000 * Self.uniform(seed ^ 0xABCDEF, index))
        var value = scale * Self.uniform(seed, index)
        if step > 0 { value = step * (value / step).rounded(.towardZero) }
        value = offset + value + drift * Double(index) / Double(max(1, count))
        return RunStatistics.Reward(score: value + lengthWeight * Double(bytes) / 1000, bytes: bytes)
      }
    }

    private static func uniform(_ seed: UInt64, _ index: Int) -> Double {
      var generator = SplitMix64(state: seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
      return Double(generator.next() >> 11) * 0x1p-53
    }
  }

  static let rows: [Row] = {
    let file = "\(RequestRow.fixtures)/runs/runs.json"
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let rows = try? JSONParser.parse(text).array
    else { fatalError("\(file) cannot be read") }
    return rows.map { Row(json: $0) }
  }()

  @Test(arguments: rows) func areAsOthersComputeThem(_ row: Row) {
    var statistics = RunStatistics()
    for reward in row.rewards { statistics.add(reward) }
    for (window, moments) in [("all", statistics.all), ("first", statistics.first), ("last", statistics.last)] {
      let expected = row.json[window]
      let found: [(String, Double?)] = [
        ("mean", moments.count == 0 ? nil : moments.meanX), ("stddev", moments.deviationX),
        ("bytes", moments.count == 0 ? nil : moments.meanY), ("correlation", moments.correlation),
      ]
      for (name, value) in found {
        Self.check(value, expected?[name]?.double, "\(window) \(name)")
      }
    }
    Self.check(statistics.drift, row.json["drift_expected"]?.double, "drift")
    #expect(statistics.unscored == 0)
  }

  private static func check(_ found: Double?, _ expected: Double?, _ what: String) {
    guard let found, let expected else {
      #expect(found == expected, "\(what)")
      return
    }
    // Correlations and drifts are near 0 by chance, and no more exact for that.
    let size = max(abs(expected), abs(found), what.hasSuffix("correlation") || what == "drift" ? 1 : 0)
    #expect(abs(found - expected) <= 1e-9 * size, "\(what): \(found), not \(expected)")
  }

  @Test func whatHasNoScoreIsCountedAndNothingElse() {
    var with = RunStatistics()
    var without = RunStatistics()
    for index in 0..<2500 {
      let reward = RunStatistics.Reward(score: Double(index % 7), bytes: index % 11)
      with.add(reward)
      without.add(reward)
      if index % 2 == 0 { with.add(nil) }
      if index % 5 == 0 { with.add(RunStatistics.Reward(score: [.nan, .infinity, -.infinity][index % 3], bytes: 1)) }
    }
    #expect(with.unscored == 1250 + 500 && without.unscored == 0)
    for window in [\RunStatistics.all, \.first, \.last] {
      let (one, other) = (with[keyPath: window], without[keyPath: window])
      #expect(one.count == other.count && one.meanX == other.meanX && one.deviationX == other.deviationX)
      #expect(one.meanY == other.meanY && one.correlation == other.correlation)
    }
    #expect(with.drift == without.drift && with.drift != nil)
  }

  // MARK: Groups

  static let start = ContinuousClock.now

  /// The rewards of groups that are whole, and what is known of all.
  @Test(
    arguments: [
      ([], 0, nil), ([[1]], 0, nil), ([[1], [2]], 0, nil), ([[]], 0, nil), ([[1, 1]], 1, 1), ([[1, 2]], 1, 0),
      ([[1, 1], [1, 2], [3]], 2, 0.5), ([[0.1 + 0.2, 0.3]], 1, 0), ([[-0.0, 0]], 1, 1),
      ([[1, 1, 1, 1], [0, 0, 0, 1], [0, 0], [5, 5]], 4, 0.75),
    ] as [([[Double]], Int, Double?)])
  func groupsWithoutSpreadAreFound(_ groups: [[Double]], _ comparable: Int, _ share: Double?) {
    var whole = GroupWindow()
    for group in groups { whole.add(group, at: Self.start) }
    #expect(whole.comparable == comparable && whole.zeroSpread == share)
    // The same, one reward at a time, in turns.
    var single = GroupWindow()
    for place in 0..<4 {
      for (number, group) in groups.enumerated() where group.indices.contains(place) {
        single.add(group[place], to: "\(number)", within: .seconds(1), at: Self.start)
      }
    }
    #expect(single.comparable == comparable && single.zeroSpread == share)
  }

  @Test func onlyTheLastGroupsCount() {
    var window = GroupWindow()
    for _ in 0..<700 { window.add([1, 1], at: Self.start) }
    for number in 0..<GroupWindow.most {
      window.add(1, to: "\(number)", within: .seconds(1), at: Self.start)
      window.add(2, to: "\(number)", within: .seconds(1), at: Self.start)
    }
    #expect(window.comparable == GroupWindow.most && window.zeroSpread == 0)
    // The first of these is gone with its key: a reward for it is the first of a new group.
    window.add([1, 1], at: Self.start)
    window.add(3, to: "0", within: .seconds(1), at: Self.start)
    #expect(window.comparable == GroupWindow.most - 1)
    #expect(window.zeroSpread == 1 / Double(GroupWindow.most - 1))
  }

  @Test func aPromptThatComesAgainLaterIsAnotherGroup() {
    var window = GroupWindow()
    for (at, reward) in [(0, 1), (5, 1), (14, 1), (24, 2), (33, 2)] as [(Int, Double)] {
      window.add(reward, to: "a", within: .seconds(10), at: Self.start + .seconds(at))
    }
    #expect(window.comparable == 2 && window.zeroSpread == 1)
  }

  // MARK: Which runs are kept

  @Test func theLeastRecentlyHeardRunIsForgotten() {
    var table = RunTable(most: 2)
    func hear(_ run: String, _ rubric: String = "r") {
      table.update(RunTable.Key(run: run, rubric: rubric)) { $0.add(RunStatistics.Reward(score: 1, bytes: 1)) }
    }
    func kept() -> [String: Int] {
      Dictionary(
        uniqueKeysWithValues: table.page.statistics.map { ("\($0.key.run)/\($0.key.rubric)", $0.value.all.count) })
    }
    for run in ["a", "b", "a"] { hear(run) }
    #expect(kept() == ["a/r": 2, "b/r": 1] && table.forgotten == 0)
    hear("c")
    #expect(kept() == ["a/r": 2, "c/r": 1] && table.forgotten == 1)
    // A run with two rubrics counts twice, and one that was forgotten begins anew.
    hear("c", "s")
    hear("a")
    #expect(kept() == ["c/s": 1, "a/r": 1] && table.forgotten == 3)
    table.most = 1
    #expect(kept() == ["a/r": 1] && table.forgotten == 4)
    table.most = 0
    hear("d")
    #expect(kept().isEmpty && table.forgotten == 5)
  }
}
