import Configuration
import Testing

@Suite struct FairLineTests {
  /// Lets everybody stand in line under the letter that their text begins with.
  static func line(_ waiters: [String]) -> FairLine<String> {
    var line = FairLine<String>()
    for waiter in waiters { _ = line.append(waiter, for: String(waiter.prefix(1))) }
    return line
  }

  static func order(_ line: FairLine<String>) -> [String] {
    var line = line
    var order: [String] = []
    while let next = line.next() { order.append(next) }
    #expect(line.isEmpty && line.next() == nil)
    return order
  }

  @Test(arguments: [
    ([], []),
    (["a1", "a2", "a3"], ["a1", "a2", "a3"]),
    (["a1", "a2", "a3", "b1"], ["a1", "b1", "a2", "a3"]),
    (["a1", "b1", "c1", "b2", "a2"], ["a1", "b1", "c1", "a2", "b2"]),
    (["a1", "a2", "a3", "b1", "b2", "c1"], ["a1", "b1", "c1", "a2", "b2", "a3"]),
  ])
  func servesNamesInTurn(_ waiters: [String], _ order: [String]) {
    #expect(Self.order(Self.line(waiters)) == order)
  }

  @Test func whoComesBackStandsBehindTheOthers() {
    var line = Self.line(["a1", "b1"])
    #expect(line.next() == "a1")
    _ = line.append("a2", for: "a")
    _ = line.append("c1", for: "c")
    #expect(Self.order(line) == ["b1", "a2", "c1"])
  }

  @Test(arguments: [
    (0, ["a2", "b1", "a3", "b2"]), (1, ["a1", "b2", "a2", "a3"]), (2, ["a1", "b1", "a3", "b2"]),
    (4, ["a1", "b1", "a2", "b2"]),
  ])
  func leavingDisturbsNobodyElse(_ leaving: Int, _ order: [String]) {
    var line = FairLine<String>()
    let places = ["a1", "b1", "a2", "b2", "a3"].map { line.append($0, for: String($0.prefix(1))) }
    #expect(line.remove(places[leaving]) == ["a1", "b1", "a2", "b2", "a3"][leaving])
    #expect(line.count == 4)
    #expect(Self.order(line) == order)
  }

  /// Against the plain way of doing it, with random steps.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func isWhatItSaysItIs(_ seed: UInt64) {
    var random = Dice(seed: seed)
    var line = FairLine<Int>()
    var lanes: [(name: String, waiters: [Int])] = []
    var places: [Int: FairLine<Int>.Place] = [:]
    for step in 0..<2000 {
      switch random.roll(10) {
      case 0..<5:
        let name = "\(random.roll(5))"
        places[step] = line.append(step, for: name)
        if let at = lanes.firstIndex(where: { $0.name == name }) {
          lanes[at].waiters.append(step)
        } else {
          lanes.append((name, [step]))
        }
      case 5..<8:
        var expected: Int?
        if !lanes.isEmpty {
          var lane = lanes.removeFirst()
          expected = lane.waiters.removeFirst()
          if !lane.waiters.isEmpty { lanes.append(lane) }
        }
        #expect(line.next() == expected)
        if let expected { places[expected] = nil }
      default:
        guard let gone = places.keys.sorted().randomElement(using: &random),
          let place = places.removeValue(forKey: gone)
        else { continue }
        #expect(line.remove(place) == gone)
        for at in lanes.indices { lanes[at].waiters.removeAll { $0 == gone } }
        lanes.removeAll { $0.waiters.isEmpty }
      }
      #expect(line.count == places.count)
    }
  }

  /// 100 000 steps in lines of 100 000: with steps that cost as much as the line is long this would take minutes.
  @Test(.timeLimit(.minutes(10))) func stepsCostTheSameInLongLines() {
    var line = FairLine<Int>()
    var places = (0..<100_000).map { line.append($0, for: "greedy") }
    for at in stride(from: 1, to: 100_000, by: 2) { line.remove(places[at]) }
    places = []
    _ = line.append(-1, for: "modest")
    #expect((line.next(), line.next()) == (0, -1))
    var last = 0
    while let next = line.next() { last = next }
    #expect(last == 99_998)
  }
}

/// Random numbers that are the same each time (SplitMix64).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0..<sides.
  mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }
}
