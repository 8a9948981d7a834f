import JSON
import Synchronization
import Testing
import Wire

@testable import Batch

/// A budget ends a run cleanly, at the same place however the replies come in, and never watches what it cannot see.
@Suite struct BudgetTests {
  let scratch = Scratch()

  static let prices = Prices(currency: "USD", prompt: Money(decimal: "0.01") ?? .zero)

  static func judgment(_ id: String, tokens: Int?, answered: Bool = true) -> Judgment {
    var judgment = RunTests.judgment(id, answered ? 1 : nil)
    judgment.usage = Usage(promptTokens: tokens, completionTokens: tokens.map { _ in 0 })
    judgment.expense = Expense(prices: prices)
    judgment.expense.add(judgment.usage, answered: answered)
    return judgment
  }

  func run(
    _ items: Int, _ limits: [Budget.Limit], concurrency: Int = 4, tokens: @escaping @Sendable (Int) -> Int?,
    answered: Bool = true
  ) async throws -> BatchRun.Outcome {
    let lines = (0..<items).map { "{\"id\":\"i\($0)\",\"response\":\"\($0)\"}\n" }.joined()
    var run = BatchRun(inputs: [try BatchInput(scratch.write("d.jsonl", lines))], concurrency: concurrency) { item in
      await Task.yield()
      return Self.judgment(item.id, tokens: tokens(Int(item.id.dropFirst()) ?? 0), answered: answered)
    } refuse: {
      RunTests.refuse($0, $1)
    }
    run.budget = Budget(limits)
    let output = BatchOutput(judgments: try LineWriter(path: scratch("out"), existing: .overwrite))
    return await run.run(to: output) { _ in }
  }

  private func isBeginning(_ count: Int) throws -> Bool {
    try scratch.lines("out").map { try JSONParser.parse($0)["id"]?.string } == (0..<count).map { "i\($0)" }
  }

  @Test(arguments: [1, 4, 50]) func endsBeforeTheItemThatWouldPassIt(concurrency: Int) async throws {
    let limit = Budget.Limit.tokens(1050)
    let outcome = try await run(500, [limit], concurrency: concurrency) { _ in 100 }
    #expect(outcome.ending == .budgetReached(limit, left: 490))
    #expect(outcome.summary.items == 10)
    #expect(outcome.spent == [.init(limit: limit, paid: 1000, estimated: 0, estimatedItems: 0)])
    #expect(try isBeginning(10))
  }

  @Test func aBudgetThatJustSufficesIsNotReached() async throws {
    let outcome = try await run(10, [.tokens(1000)]) { _ in 100 }
    #expect(outcome.ending == .completed)
    #expect(outcome.summary.items == 10)
  }

  @Test func moneyIsHeldAgainstItsOwnLimit() async throws {
    let limit = Budget.Limit.money(Money(decimal: "5.00") ?? .zero)
    let outcome = try await run(500, [.tokens(1_000_000), limit]) { _ in 100 }
    #expect(outcome.ending == .budgetReached(limit, left: 495))
    #expect(outcome.summary.cost?.known.decimal == "5")
  }

  /// An expensive first item says little about the rest: the run waits for what it thought too dear, and goes on.
  @Test func anExpensiveBeginningDoesNotEndTheRun() async throws {
    let outcome = try await run(100, [.tokens(2000)], concurrency: 16) { $0 == 0 ? 900 : 10 }
    #expect(outcome.ending == .completed)
    #expect(outcome.summary.items == 100)
  }

  /// There is no mean to go by before the first item, so a wide run does not start with as many items as it has room for.
  @Test func theFirstItemGoesAlone() async throws {
    let most = Mutex((now: 0, first: 0))
    let outcome = try await run(64, [.tokens(100)], concurrency: 64) { number in
      most.withLock { $0.first = max($0.first, number) }
      return 100
    }
    #expect(outcome.ending == .budgetReached(.tokens(100), left: 63))
    #expect(most.withLock { $0.first } == 0)
  }

  @Test func neverSpendsMoreThanWhatWasUnderWay() async throws {
    var random = Numbers(seed: 3)
    for _ in 0..<20 {
      let costs = (0..<200).map { _ in 1 + random.next(below: 100) }
      let limit = 200 + random.next(below: 3000)
      let outcome = try await run(200, [.tokens(limit)], concurrency: 8) { costs[$0] }
      let spent = outcome.summary.usage.promptTokens ?? 0
      #expect(spent == costs[..<outcome.summary.items].reduce(0, +))
      #expect(spent <= limit + 8 * 100)
      #expect(try isBeginning(outcome.summary.items))
      if outcome.ending != .completed { #expect(spent + 100 > limit, "\(spent) of \(limit)") }
    }
  }

  @Test func aJudgeThatDoesNotCountEndsTheRunAtOnce() async throws {
    let outcome = try await run(500, [.tokens(1000)]) { $0 < 5 ? 10 : nil }
    guard case .budgetBlind(.tokens(1000), left: let left?) = outcome.ending else {
      Issue.record("\(outcome.ending)")
      return
    }
    #expect(outcome.summary.items + left == 500)
    #expect(outcome.summary.items < 5 + 4 + 1)
    #expect(outcome.summary.uncounted > 0)
  }

  /// A call that failed may have been paid for all the same.
  @Test func failuresThatSayNothingCountAsMuchAsTheMean() async throws {
    let expenses = (0..<10).map { Self.judgment("i", tokens: $0 % 2 == 0 ? 100 : nil, answered: $0 % 2 == 0).expense }
    var meter = Meter(limit: .tokens(1000))
    for expense in expenses { meter.add(expense) }
    #expect(meter.spent == .init(limit: .tokens(1000), paid: 500, estimated: 500, estimatedItems: 5))
    #expect(!meter.affords(1))
  }

  @Test func aRunOfNothingButFailuresEnds() async throws {
    let outcome = try await run(20, [.tokens(1000)], tokens: { _ in nil }, answered: false)
    #expect(outcome.ending == .completed)
    #expect((outcome.summary.items, outcome.summary.uncounted) == (20, 20))
  }

  @Test func whatMadeNoCallCostsNothing() async throws {
    var meter = Meter(limit: .tokens(10))
    meter.add(Expense())
    #expect(meter.spent.paid == 0)
    #expect(meter.affords(1))
  }

  @Test func cancellingEndsTheWaitForTheBudget() async throws {
    let items = (0..<10).map { "{\"id\":\"i\($0)\",\"response\":\"\($0)\"}\n" }.joined()
    let input = try BatchInput(scratch.write("d.jsonl", items))
    let path = scratch("out")
    let started = Gate()
    let task = Task {
      var run = BatchRun(inputs: [input], concurrency: 4) { item in
        started.open()
        await Gate().wait()
        return RunTests.judgment(item.id, nil, reason: .cancelled)
      } refuse: {
        RunTests.refuse($0, $1)
      }
      run.budget = Budget([.tokens(1000)])
      return await run.run(to: BatchOutput(judgments: try LineWriter(path: path, existing: .overwrite))) { _ in }
    }
    await started.wait()
    task.cancel()
    #expect(try await task.value.ending == .interrupted(abandoned: 1))
  }

  @Test func theRestOfAnEndlessInputIsNotCounted() async throws {
    let queue = RecordQueue(capacity: 4, capacityBytes: 1000, window: 4)
    #expect(await queue.countRest(waiting: false) == nil)
    #expect(
      !queue.put(BatchRecord(id: "a", location: "a", .failure(Unscored(.invalidInput, "")), cost: 1, progress: 1)))
  }
}

/// The same numbers in every run (SplitMix64).
private struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
  }
}
