import Testing

@testable import Service

@Suite struct DialectGroupTests {
  private let start = ContinuousClock.now

  @Test func scoresAreForgottenInTime() {
    let groups = GroupMemory(window: .seconds(10))
    groups.add(2, of: "a", to: "g", at: start)
    groups.add(4, of: "b", to: "g", at: start + .seconds(5))
    #expect(groups.mean(of: "g", at: start + .seconds(9)) == 3)
    #expect(groups.mean(of: "g", at: start + .seconds(10)) == 4)
    #expect(groups.mean(of: "g", at: start + .seconds(15)) == nil)
    #expect(groups.mean(of: "h", at: start) == nil)
  }

  @Test func aRolloutCountsOnceWithItsLastScore() {
    let groups = GroupMemory(window: .seconds(10))
    for score in [1.0, 2, 6] { groups.add(score, of: "a", to: "g", at: start) }
    groups.add(2, of: "b", to: "g", at: start)
    #expect(groups.mean(of: "g", at: start) == 4)
  }

  @Test func membersAreBounded() {
    let groups = GroupMemory(window: .seconds(10))
    for number in 0..<GroupMemory.maxMembers + 10 { groups.add(Double(number), of: "\(number)", to: "g", at: start) }
    let kept = 10..<GroupMemory.maxMembers + 10
    #expect(groups.mean(of: "g", at: start) == Double(kept.reduce(0, +)) / Double(kept.count))
  }

  @Test func groupsAreBoundedAndTheOldestGoFirst() {
    let groups = GroupMemory(window: .seconds(100_000))
    for number in 0...GroupMemory.maxGroups { groups.add(1, of: "a", to: "\(number)", at: start + .seconds(number)) }
    let now = start + .seconds(GroupMemory.maxGroups)
    let known = (0...GroupMemory.maxGroups).filter { groups.mean(of: "\($0)", at: now) != nil }
    #expect(known.count == GroupMemory.maxGroups - GroupMemory.maxGroups / 8 + 1)
    #expect(known.last == GroupMemory.maxGroups && !known.contains(0))
  }
}
