import LlamaScheduling
import Testing

/// Pictures and sounds in prompts.
@Suite struct MediaTests {
  static func span(_ content: UInt64, tokens: Int = 20, positions: Int = 5) -> MediaSpan {
    MediaSpan(content: .init(high: 1, low: content), tokens: tokens, positions: positions)
  }

  /// Text and media by turns: numbers below 1000 are tokens, those above are media.
  static func prompt(_ parts: [Int]) -> UnitList {
    var list = UnitList()
    for part in parts { list.append(part < 1000 ? .token(Int32(part)) : .media(span(UInt64(part)))) }
    return list
  }

  @Test func aListKnowsTokensAndPositions() {
    var list = Self.prompt([1, 2, 1000, 3, 1001, 4])
    #expect((0...6).map { list.position(of: $0) } == [0, 1, 2, 7, 8, 13, 14])
    #expect((0...6).map { list.tokens(before: $0) } == [0, 1, 2, 22, 23, 43, 44])
    #expect(list.tokens == 44)
    #expect(list.textTokens == [1, 2, 3, 4])
    #expect(list.spans.map(\.content.low) == [1000, 1001])
    list.cut(to: 4)
    #expect(list.tokens == 23)
    #expect(list.position(of: 4) == 8)
    list.append([9, 9])
    #expect(list == Self.prompt([1, 2, 1000, 3, 9, 9]))
    #expect(list.common(with: Self.prompt([1, 2, 1000, 4]), atMost: 9) == 3)
    #expect(list.common(with: Self.prompt([1, 2, 1002, 3]), atMost: 9) == 2)
    #expect(list.common(with: list, atMost: 5) == 5)
    // The same picture at another size is another one.
    var other = Self.prompt([1, 2])
    other.append(.media(Self.span(1000, tokens: 21)))
    #expect(list.common(with: other, atMost: 9) == 2)
  }

  @Test func aPictureIsComputedByItselfInItsPlace() {
    var driver = Driver(slots: 1, kept: 1, batch: 16)
    let prompt = Self.prompt([1, 2, 3, 1000, 4, 5])
    driver.ask(1, prompt, length: 2)
    #expect(driver.step().entries.map(\.position) == [0, 1, 2])
    guard case .media(let entry) = driver.step().work else {
      Issue.record("no picture")
      return
    }
    #expect(entry.request == 1 && entry.row == 0 && entry.position == 3 && !entry.isLast)
    #expect(entry.span == Self.span(1000))
    let after = driver.step().entries
    #expect(after.map(\.position) == [8, 9])
    #expect(after.map(\.isLast) == [false, true])
    driver.run()
    #expect(driver.replies[1] == Driver.alone(prompt, length: 2))
  }

  @Test func aPromptMayBeginAndEndWithAPicture() {
    var driver = Driver(slots: 1, kept: 1, batch: 16)
    let prompt = Self.prompt([1000, 7, 1001])
    driver.ask(1, prompt, length: 3)
    driver.run()
    #expect(driver.replies[1] == Driver.alone(prompt, length: 3))
    // Its last unit is computed again, whatever it is.
    driver.ask(2, prompt, length: 1)
    driver.step()
    #expect(driver.scheduler.reused(by: 2) == nil)
    #expect(driver.replies[2] == Driver.alone(prompt, length: 1))
    #expect(driver.context.media.map(\.content.low) == [1000, 1001, 1001])
  }

  @Test func aGroupComputesItsPictureOnce() {
    var driver = Driver(slots: 8, kept: 8, batch: 64)
    for id in 0..<16 { driver.ask(UInt64(id), Self.prompt([1, 1000, 2, 1001, 3, 100 + id]), length: 3) }
    driver.step()
    // Who waits has none yet, and who reads began with nothing.
    #expect(driver.scheduler.reused(by: 0) == 0)
    driver.run()
    #expect(driver.context.media.map(\.content.low) == [1000, 1001])
    for id in 0..<16 {
      #expect(driver.replies[UInt64(id)] == Driver.alone(Self.prompt([1, 1000, 2, 1001, 3, 100 + id]), length: 3))
    }
  }

  @Test func whatIsReusedIsCountedInTokens() {
    var driver = Driver(slots: 1, kept: 1, batch: 64)
    driver.ask(1, Self.prompt([1, 1000, 2, 3]), length: 1)
    driver.run()
    driver.ask(2, Self.prompt([1, 1000, 2, 9, 9]), length: 3)
    driver.step()
    #expect(driver.scheduler.reused(by: 2) == 22)
  }

  @Test func ordersOfTwoPicturesShareWhatIsBeforeThem() {
    var driver = Driver(slots: 2, kept: 2, batch: 64)
    let one = Self.prompt([1, 2, 1000, 3, 1001, 4])
    let other = Self.prompt([1, 2, 1001, 3, 1000, 4])
    driver.ask(1, one, length: 4)
    driver.ask(2, other, length: 4)
    driver.run()
    #expect(driver.replies[1] == Driver.alone(one, length: 4))
    #expect(driver.replies[2] == Driver.alone(other, length: 4))
    #expect(driver.replies[1] != driver.replies[2])
  }

  @Test func repliesFlowWhilePicturesAreRead() {
    var driver = Driver(slots: 2, kept: 2, batch: 64)
    driver.ask(1, Self.prompt([1, 2, 3]), length: 12)
    driver.step()
    driver.ask(2, Self.prompt(Array(1000..<1010) + [5]), length: 1)
    let wrote = (0..<10).map { _ in driver.step().entries.count { $0.request == 1 } }
    #expect(wrote == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
  }

  @Test func pictureAfterPictureIsReadForEveryCallInTurn() {
    var driver = Driver(slots: 2, kept: 2, batch: 64)
    driver.ask(1, Self.prompt([1000, 1001, 1002, 1003, 5]), length: 1)
    driver.ask(2, Self.prompt([2000, 2001, 5]), length: 1)
    driver.run()
    #expect(driver.context.media.map(\.content.low) == [1000, 2000, 1001, 2001, 1002, 1003])
  }

  @Test func aPictureLargerThanAStepIsStillOne() {
    var driver = Driver(slots: 1, kept: 0, batch: 4)
    var prompt = UnitList([1])
    prompt.append(.media(Self.span(1, tokens: 1000, positions: 40)))
    prompt.append([2])
    driver.ask(1, prompt, length: 1)
    driver.run()
    #expect(driver.replies[1] == Driver.alone(prompt, length: 1))
    #expect(driver.context.computed == 1002)
  }

  @Test func aCallThatEndsBeforeItsPictureLeavesThePrefix() {
    var driver = Driver(slots: 1, kept: 1, batch: 64)
    driver.ask(1, Self.prompt([1, 2, 3, 1000, 4]), length: 1)
    driver.step()
    driver.cancel(1)
    driver.ask(2, Self.prompt([1, 2, 3, 1000, 4]), length: 1)
    driver.run()
    #expect(driver.replies[2] == Driver.alone(Self.prompt([1, 2, 3, 1000, 4]), length: 1))
    #expect(driver.context.computed == 3 + 20 + 1)
  }
}
