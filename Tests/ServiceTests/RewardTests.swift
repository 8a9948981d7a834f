import Foundation
import JSON
import Testing

@testable import Service

/// What is made of the scores of a group, against numpy and scipy; and who meets whom.
@Suite struct RewardTests {
  struct Group: Sendable, CustomTestStringConvertible {
    let json: JSONValue
    var testDescription: String { json["name"]?.string ?? "" }
    var scores: [Double?] { numbers("scores") }
    func numbers(_ name: String) -> [Double?] { json[name]?.array?.map(\.double) ?? [] }
  }

  /// Made by Fixtures/rewards/generate.py.
  private static func table(_ name: String) -> [JSONValue] {
    let file = "\(RequestRow.fixtures)/rewards/\(name).json"
    guard let text = try? String(contentsOfFile: file, encoding: .utf8), let rows = try? JSONParser.parse(text).array
    else { fatalError("\(file) cannot be read") }
    return rows
  }

  static let groups = table("groups").map { Group(json: $0) }

  private func expectSame(_ found: [Double?], _ wanted: [Double?]) {
    #expect(found.count == wanted.count)
    for (found, wanted) in zip(found, wanted) {
      guard let found, let wanted else {
        #expect(found == nil && wanted == nil)
        continue
      }
      #expect(abs(found - wanted) <= 1e-9 * max(1, abs(wanted)), "\(found), not \(wanted)")
    }
  }

  @Test(arguments: groups) func ranksAreThoseOfSciPy(_ group: Group) {
    expectSame(GroupRewards.ranks(group.scores), group.numbers("ranks"))
  }

  @Test(arguments: groups) func normalisedRewardsAreThoseOfNumPy(_ group: Group) {
    let found = GroupRewards.normalized(group.scores)
    expectSame(found.values, group.numbers("normalized"))
    expectSame([found.mean, found.standardDeviation], [group.json["mean"]?.double, group.json["std"]?.double])
    #expect(found.isWithoutSpread == group.json["zero_spread"]?.bool)
  }

  @Test func scoresTooFarApartHaveNoNormalisedValue() {
    let found = GroupRewards.normalized([-.greatestFiniteMagnitude, .greatestFiniteMagnitude])
    #expect(found.values == [nil, nil])
    #expect(!found.isWithoutSpread)
  }

  @Test(arguments: 0...17) func everyPairMeetsOnce(_ count: Int) {
    let pairs = RoundRobin.pairs(of: count, seed: 7, group: "g")
    #expect(pairs.count == count * max(0, count - 1) / 2)
    #expect(Set(pairs.map { [$0.0, $0.1] }).count == pairs.count)
    #expect(pairs.allSatisfy { $0.0 >= 0 && $0.0 < $0.1 && $0.1 < count })
  }

  /// Nobody is left out of a schedule that is just long enough, and no one meets others much more often than the rest.
  @Test(arguments: 2...17) func aShortScheduleIsFair(_ count: Int) {
    for seed in 0..<20 as Range<UInt64> {
      let fewest = RoundRobin.fewestPairs(count)
      for limit in fewest...max(fewest, count * (count - 1) / 2) {
        let pairs = RoundRobin.pairs(of: count, limit: limit, seed: seed, group: "g")
        #expect(pairs.count == min(limit, count * (count - 1) / 2))
        var meetings = Array(repeating: 0, count: count)
        for (left, right) in pairs {
          meetings[left] += 1
          meetings[right] += 1
        }
        let (least, most) = (meetings.min() ?? 0, meetings.max() ?? 0)
        #expect(least >= 1, "\(count) responses, \(limit) pairs, seed \(seed): \(meetings)")
        #expect(most - least <= 2, "\(count) responses, \(limit) pairs, seed \(seed): \(meetings)")
      }
    }
  }

  /// Pinned: the same request has the same schedule in every version.
  @Test func theScheduleFollowsFromSeedAndGroup() {
    for row in Self.table("schedules") {
      let pairs = RoundRobin.pairs(
        of: row["count"]?.int ?? 0, seed: UInt64(row["seed"]?.int ?? 0), group: row["group"]?.string ?? "")
      let found: JSONValue = .array(pairs.map { [.int(Int64($0.0)), .int(Int64($0.1))] })
      #expect(found == row["pairs"], "\(row["group"] ?? "")")
    }
  }

  /// The reference values of Vigna's splitmix64.c for the seed 1234567.
  @Test func splitMixIsTheOneOfItsAuthors() {
    var generator = SplitMix64(state: 1_234_567)
    let words = (0..<5).map { _ in generator.next() }
    #expect(
      words == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ])
  }
}
