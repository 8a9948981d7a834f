import LlamaScheduling
import Testing

@Suite struct SchedulerTests {
  static func prompt(_ count: Int, _ start: Int32 = 0) -> [Int32] { (0..<Int32(count)).map { start &+ $0 } }

  @Test func aLongPromptIsReadInChunks() {
    var driver = Driver(slots: 2, kept: 2, batch: 16)
    driver.ask(1, Self.prompt(40), length: 3)
    #expect(driver.step().entries.count == 16)
    #expect(driver.step().entries.count == 16)
    let last = driver.step().entries
    #expect(last.count == 8)
    #expect(last.map(\.isLast) == Array(repeating: false, count: 7) + [true])
    driver.run()
    #expect(driver.replies[1] == Driver.alone(Self.prompt(40), length: 3))
    // 40 of the prompt, and two of the three that were written: nothing follows the third.
    #expect(driver.context.computed == 42)
  }

  /// Where a part ends within a block of cells, all of that block is looked at for each of its tokens.
  @Test(arguments: [
    (kept: 0, prompt: 100, parts: [32, 32, 32, 4]), (5, 100, [27, 32, 32, 4]), (5, 36, [31]), (5, 38, [27, 6]),
    (16, 60, [32, 12]), (20, 60, [28, 12]),
  ])
  func aPromptThatIsReadAloneEndsItsPartsWithBlocks(_ kept: Int, _ prompt: Int, _ parts: [Int]) {
    var driver = Driver(slots: 2, kept: 0, batch: 32, block: 16)
    if kept > 0 {
      driver.ask(1, Self.prompt(kept), length: 1)
      driver.run()
    }
    driver.ask(2, Self.prompt(prompt), length: 1)
    #expect(parts.map { _ in driver.step().entries.count } == parts)
    #expect(driver.replies[2] == Driver.alone(Self.prompt(prompt), length: 1))
  }

  @Test func whoReadsBesideOthersHasAllTheRoomThatIsLeft() {
    var driver = Driver(slots: 2, kept: 0, batch: 32, block: 16)
    driver.ask(1, Self.prompt(3), length: 10)
    driver.step()
    driver.ask(2, Self.prompt(100, 500), length: 1)
    #expect(driver.step().entries.count { $0.request == 2 } == 31)
  }

  @Test func whoWritesIsNotHeldUpByWhoReads() {
    var driver = Driver(slots: 2, kept: 2, batch: 8)
    driver.ask(1, Self.prompt(4), length: 10)
    driver.step()
    driver.ask(2, Self.prompt(100, 500), length: 1)
    for _ in 0..<9 {
      let entries = driver.step().entries
      #expect(entries.filter { $0.request == 1 }.count == 1)
      #expect(entries.filter { $0.request == 2 }.count == 7)
    }
    #expect(driver.replies[1]?.count == 10)
  }

  @Test func readersShareTheRoom() {
    var driver = Driver(slots: 3, kept: 0, batch: 30)
    driver.ask(1, Self.prompt(4, 1000), length: 1)
    driver.ask(2, Self.prompt(100, 2000), length: 1)
    driver.ask(3, Self.prompt(100, 3000), length: 1)
    let entries = driver.step().entries
    #expect([1, 2, 3].map { id in entries.filter { $0.request == id }.count } == [4, 13, 13])
  }

  @Test func aGroupOfRolloutsReadsItsPrefixOnce() {
    var driver = Driver(slots: 16, kept: 32, batch: 64)
    let shared = Self.prompt(200)
    for id in 0..<16 { driver.ask(UInt64(id), shared + Self.prompt(10, Int32(1000 + 100 * id)), length: 4) }
    driver.run()
    for id in 0..<16 {
      let prompt = shared + Self.prompt(10, Int32(1000 + 100 * id))
      #expect(driver.replies[UInt64(id)] == Driver.alone(prompt, length: 4))
    }
    #expect(driver.context.computed == 200 + 16 * (10 + 3))
  }

  @Test func samplesOfOnePromptComputeItsLastTokenAlone() {
    var driver = Driver(slots: 8, kept: 8, batch: 64)
    for id in 0..<8 { driver.ask(UInt64(id), Self.prompt(100), length: 2) }
    driver.run()
    #expect(driver.context.computed == 100 + 7 + 8)
  }

  @Test func aPrefixIsKeptAfterItsCallHasEnded() {
    var driver = Driver(slots: 1, kept: 1, batch: 64)
    driver.ask(1, Self.prompt(50), length: 5)
    driver.run()
    let before = driver.context.computed
    driver.ask(2, Self.prompt(50) + [7, 8], length: 1)
    driver.run()
    #expect(driver.context.computed - before == 2)
    #expect(driver.replies[2] == Driver.alone(Self.prompt(50) + [7, 8], length: 1))
  }

  @Test func thePrefixUnusedForLongestGoesFirst() {
    var driver = Driver(slots: 1, kept: 2, batch: 64)
    for (id, start) in [(1, 1000), (2, 2000), (3, 3000)] {
      driver.ask(UInt64(id), Self.prompt(20, Int32(start)), length: 1)
    }
    driver.run()
    driver.ask(4, Self.prompt(20, 1000) + [1], length: 1)
    driver.run()
    // Of 1000, 2000 and 3000 the second is now the one that was not used for longest.
    driver.ask(5, Self.prompt(20, 5000), length: 1)
    driver.run()
    let starts = Set(driver.context.rows.compactMap(\.textTokens.first))
    #expect(starts == [1000, 3000, 5000])
  }

  @Test func aRowHasRoomForEveryCall() {
    var driver = Driver(slots: 1, kept: 7, batch: 64, cells: 50)
    for id in 0..<8 {
      let prompt = Self.prompt(40, Int32(1000 * id))
      driver.ask(UInt64(id), prompt, length: 10)
      driver.run()
      #expect(driver.replies[UInt64(id)] == Driver.alone(prompt, length: 10))
    }
  }

  @Test func callsStayTogetherWhenOthersEnd() {
    var driver = Driver(slots: 6, kept: 0, batch: 64)
    let lengths = [2, 30, 3, 30, 4, 30]
    for (id, length) in lengths.enumerated() {
      driver.ask(UInt64(id), Self.prompt(10, Int32(1000 * id)), length: length)
    }
    var rows: [[Int]] = []
    while !driver.scheduler.isIdle { rows.append(driver.step().entries.map(\.row)) }
    #expect(rows[4] == [1, 2, 3])
    #expect(rows.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $1 - $0 <= 1 } })
    #expect(driver.context.copies == 1)
    for (id, length) in lengths.enumerated() {
      #expect(driver.replies[UInt64(id)] == Driver.alone(Self.prompt(10, Int32(1000 * id)), length: length))
    }
  }

  @Test func aCallThatIsMovedLeavesItsPromptBehind() {
    var driver = Driver(slots: 3, kept: 0, batch: 64)
    for (id, length) in [20, 2, 20].enumerated() {
      driver.ask(UInt64(id), Self.prompt(10, Int32(1000 * id)), length: length)
    }
    for _ in 0..<4 { driver.step() }
    #expect(driver.context.rows.map(\.textTokens.first) == [0, 2000, 2000])
    #expect(driver.context.rows[2].count == 10)
  }

  /// Copying a row takes as long as computing some tokens.
  @Test(arguments: [(leastCopied: 10, computed: 6), (11, 16)])
  func whatIsSoonerComputedIsNotCopied(_ leastCopied: Int, _ computed: Int) {
    var driver = Driver(slots: 2, kept: 0, batch: 64, leastCopied: leastCopied)
    driver.ask(1, Self.prompt(10), length: 20)
    driver.step()
    let before = driver.context.computed
    driver.ask(2, Self.prompt(10) + Self.prompt(6, 50), length: 1)
    driver.step()
    #expect(driver.context.computed - before - 1 == computed)
    #expect(driver.replies[2] == Driver.alone(Self.prompt(10) + Self.prompt(6, 50), length: 1))
  }

  @Test func aSlotWithTheSamePrefixNeedsNoCopy() {
    var driver = Driver(slots: 1, kept: 0, batch: 64)
    for id in 0..<4 {
      driver.ask(UInt64(id), Self.prompt(30) + [Int32(100 + id)], length: 2)
      driver.run()
    }
    #expect(driver.context.copies == 0)
    #expect(driver.context.computed == 30 + 4 * 2)
  }

  @Test func aCancelledCallGivesItsSlotBackAtOnce() {
    var driver = Driver(slots: 1, kept: 1, batch: 8)
    driver.ask(1, Self.prompt(100), length: 100)
    driver.ask(2, Self.prompt(8, 5000), length: 1)
    driver.step()
    driver.cancel(1)
    #expect(driver.step().entries.allSatisfy { $0.request == 2 })
    #expect(driver.replies[2] == Driver.alone(Self.prompt(8, 5000), length: 1))
    // A call that still waits, one that is not known, and one twice.
    driver.ask(3, [1], length: 1)
    for id: UInt64 in [3, 3, 99] { driver.cancel(id) }
    #expect(driver.scheduler.isIdle)
  }

  @Test func whoWaitsForAPrefixGoesOnWhenItsReaderIsCancelled() {
    var driver = Driver(slots: 2, kept: 2, batch: 8)
    driver.ask(1, Self.prompt(100), length: 1)
    driver.ask(2, Self.prompt(100) + [5], length: 2)
    #expect(driver.step().entries.allSatisfy { $0.request == 1 })
    driver.cancel(1)
    driver.run()
    #expect(driver.replies[2] == Driver.alone(Self.prompt(100) + [5], length: 2))
    // The eight tokens that call 1 had read are not read again.
    #expect(driver.context.computed == 101 + 1)
  }

  @Test func aGroupDoesNotKeepAnotherWaiting() {
    var driver = Driver(slots: 2, kept: 2, batch: 64)
    for id in 0..<10 { driver.ask(UInt64(id), Self.prompt(8, Int32(1000 * id)), length: 5, group: "many") }
    driver.ask(100, Self.prompt(8, 30_000), length: 5, group: "one")
    driver.step()
    #expect(driver.step().entries.map(\.request).contains(100))
  }

  @Test func nothingIsKeptWhereThatIsWanted() {
    var driver = Driver(slots: 1, kept: 0, batch: 64, keepsPrompts: false)
    for id in 0..<3 {
      driver.ask(UInt64(id), Self.prompt(50), length: 5)
      driver.run()
      #expect(driver.context.computed == (id + 1) * 54)
      #expect(driver.replies[UInt64(id)] == Driver.alone(Self.prompt(50), length: 5))
    }
  }

  @Test func whatFailsForgetsEverything() {
    var driver = Driver(slots: 2, kept: 2, batch: 64)
    driver.ask(1, Self.prompt(10), length: 5)
    driver.step()
    driver.ask(2, Self.prompt(10, 100), length: 5)
    driver.ask(3, Self.prompt(10), length: 5)
    driver.step()
    #expect(driver.scheduler.failed() == [1, 2] || driver.scheduler.liveCount == 0)
    driver.run()
    #expect(driver.replies[3] == Driver.alone(Self.prompt(10), length: 5))
  }
}

/// Any order of calls, with media and without, cancellations and lack of room: a call gets what it would get alone.
@Suite struct SchedulerChaosTests {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func repliesAreThoseOfACallAlone(_ seed: UInt64) {
    var random = Random(state: seed)
    let slots = 1 + random.below(6)
    let longest = 60
    var driver = Driver(
      slots: slots, kept: random.below(6), batch: slots + random.below(30), cells: longest,
      leastCopied: 1 + random.below(8), block: 1 + random.below(8))
    var asked: [UInt64: (prompt: UnitList, length: Int)] = [:]
    for id: UInt64 in 0..<60 {
      let prompt = Self.prompt(&random, hasMedia: seed % 3 != 0)
      let length = 1 + random.below(longest - prompt.tokens - 1)
      asked[id] = (prompt, length)
      driver.ask(id, prompt, length: length, group: "\(random.below(3))")
      for _ in 0..<random.below(8) where !driver.scheduler.isIdle { driver.step() }
      if random.below(6) == 0 {
        let victim = UInt64(random.below(Int(id) + 1))
        if driver.replies[victim] == nil { asked[victim] = nil }
        driver.cancel(victim)
      }
    }
    while !driver.scheduler.isIdle {
      let rows = driver.step().entries.map(\.row)
      // Whoever comes to a picture leaves a gap for as long.
      #expect(seed % 3 != 0 || zip(rows, rows.dropFirst()).allSatisfy { $1 - $0 <= 1 })
    }
    for (id, call) in asked { #expect(driver.replies[id] == Driver.alone(call.prompt, length: call.length)) }
  }

  /// One of four beginnings, with few ways to go on: many prompts begin alike.
  static func prompt(_ random: inout Random, hasMedia: Bool) -> UnitList {
    let family = Int32(random.below(4))
    let most = 1 + random.below(45)
    var prompt = UnitList()
    while prompt.tokens < most {
      let at = Int32(prompt.count)
      if hasMedia, at % 4 == 2, random.below(3) == 0 {
        prompt.append(.media(MediaTests.span(UInt64(random.below(3)), tokens: 6, positions: 3)))
      } else {
        prompt.append(.token(at > 30 ? Int32(random.below(3)) : family * 100 + at))
      }
    }
    return prompt
  }

  struct Random {
    var state: UInt64
    mutating func below(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(1, limit)))
    }
  }
}
