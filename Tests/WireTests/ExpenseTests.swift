import JSON
import Testing
import Wire

/// Tokens become money once each, and what nobody counted is never nothing.
@Suite struct ExpenseTests {
  static func perMillion(_ text: String) -> Money { Money(decimal: text)?.dividedByMillion ?? .zero }

  static let plain = Prices(currency: "USD", prompt: perMillion("2.5"), completion: perMillion("10"))
  static let detailed = Prices(
    currency: "USD", prompt: perMillion("2.5"), cached: perMillion("0.25"), completion: perMillion("10"),
    reasoning: perMillion("12"), request: Money(decimal: "0.001") ?? .zero)

  /// Expected amounts by hand.
  static let costs: [(prices: Prices, usage: Usage, cost: String?)] = [
    (plain, Usage(promptTokens: 1_000_000, completionTokens: 1_000_000), "12.5"),
    (plain, Usage(promptTokens: 310, completionTokens: 24), "0.001015"),
    (plain, Usage(promptTokens: 0, completionTokens: 0), "0"),
    // Parts that have no price of their own are not looked at.
    (plain, Usage(promptTokens: 310, completionTokens: 24, reasoningTokens: 20, cachedTokens: 300), "0.001015"),
    (plain, Usage(promptTokens: 310), nil), (plain, Usage(completionTokens: 24), nil), (plain, Usage(), nil),
    (plain, Usage(promptTokens: -1, completionTokens: 24), nil),
    // 10 × 2.5 + 300 × 0.25 + 4 × 10 + 20 × 12 millionths, and the request.
    (
      detailed, Usage(promptTokens: 310, completionTokens: 24, reasoningTokens: 20, cachedTokens: 300, requests: 1),
      "0.00138"
    ),
    (detailed, Usage(promptTokens: 310, completionTokens: 24, reasoningTokens: 20, cachedTokens: 300), nil),
    (detailed, Usage(promptTokens: 310, completionTokens: 24, reasoningTokens: 20, requests: 1), nil),
    (detailed, Usage(promptTokens: 310, completionTokens: 24, cachedTokens: 0, requests: 1), nil),
    // More cached than read cannot be.
    (detailed, Usage(promptTokens: 3, completionTokens: 0, reasoningTokens: 0, cachedTokens: 4, requests: 1), nil),
    (Prices(currency: "credits", request: Money(decimal: "2") ?? .zero), Usage(requests: 3), "6"),
    (Prices(currency: "credits", request: Money(decimal: "2") ?? .zero), Usage(promptTokens: 3), nil),
    (Prices(currency: "none"), Usage(), "0"),
    (plain, Usage(promptTokens: .max, completionTokens: .max), "115292150460684.6975875"),
  ]

  @Test(arguments: costs) func costsWhatTheBillWouldSay(prices: Prices, usage: Usage, cost: String?) {
    #expect(prices.cost(of: usage)?.decimal == cost)
  }

  /// Whatever is cached or reasoned, a call costs what its tokens cost one by one.
  @Test func everyTokenIsPaidOnce() {
    var random = Numbers(seed: 11)
    for _ in 0..<2000 {
      let (read, written) = (random.next(below: 100_000), random.next(below: 100_000))
      let (cached, reasoned) = (random.next(below: read + 1), random.next(below: written + 1))
      let usage = Usage(
        promptTokens: read, completionTokens: written, reasoningTokens: reasoned, cachedTokens: cached, requests: 2)
      let fresh = Usage(
        promptTokens: read - cached, completionTokens: written - reasoned, reasoningTokens: 0, cachedTokens: 0,
        requests: 1)
      let parts = Usage(
        promptTokens: cached, completionTokens: reasoned, reasoningTokens: reasoned, cachedTokens: cached, requests: 1)
      let whole = Self.detailed.cost(of: usage)
      #expect(whole == Self.detailed.cost(of: fresh).flatMap { one in Self.detailed.cost(of: parts).map { one + $0 } })
      let units =
        (read - cached) * 2_500_000 + cached * 250_000 + (written - reasoned) * 10_000_000 + reasoned * 12_000_000
      #expect(whole == Money(units: Int128(units) + 2 * 1_000_000_000))
    }
  }

  @Test func aCallThatNobodyCountedIsNotFree() throws {
    var expense = Expense(prices: Self.plain)
    expense.add(Usage(promptTokens: 310, completionTokens: 24), answered: true)
    #expect(expense.money.complete.map { Money(units: $0).decimal } == "0.001015")
    expense.add(Usage(requests: 3), answered: false)
    expense.add(Usage(promptTokens: 7), answered: true)
    #expect((expense.calls, expense.tokens.unknown, expense.tokens.unreported) == (3, 2, 1))
    #expect((expense.tokens.known, expense.tokens.complete) == (334, nil))
    #expect((expense.money.complete, expense.money.unreported) == (nil, 1))
    #expect(
      try JSONWriter.compact(try #require(expense.cost))
        == #"{"currency":"USD","amount":null,"at_least":0.001015,"unknown_calls":2}"#)
  }

  /// What calls cost whose price no one said is not nothing.
  @Test func judgesInTurnAreAddedUp() {
    let prices = Prices(currency: "USD", prompt: Self.perMillion("1"), completion: Self.perMillion("2"))
    var (cheap, strong, free) = (Expense(prices: prices), Expense(prices: prices), Expense())
    cheap.add(Usage(promptTokens: 1_000_000, completionTokens: 0), answered: true)
    strong.add(Usage(promptTokens: 0, completionTokens: 1_000_000), answered: true)
    free.add(Usage(promptTokens: 5, completionTokens: 5), answered: true)
    let both = cheap + strong
    #expect(both.calls == 2 && both.tokens.complete == 2_000_000)
    #expect(both.cost == ["currency": "USD", "amount": 3.0])
    let mixed = free + cheap
    #expect(mixed.tokens.complete == 1_000_010)
    #expect(mixed.cost == ["currency": "USD", "amount": nil, "at_least": 1.0, "unknown_calls": 1])
    #expect((cheap + free).cost == mixed.cost)
    #expect((free + free).cost == nil)
  }

  @Test func withoutPricesThereIsNoCost() {
    var expense = Expense()
    expense.add(Usage(promptTokens: 310, completionTokens: 24), answered: true)
    #expect((expense.cost, expense.tokens.known, expense.money.known) == (nil, 334, 0))
  }

  @Test func aJudgmentSaysWhatItCostAndWhatIsNotKnown() throws {
    var judgment = Samples.judgment("q", .pointwise)
    judgment.usage = Usage(promptTokens: 310, completionTokens: 24)
    judgment.expense = Expense(prices: Self.plain)
    judgment.expense.add(judgment.usage, answered: true)
    #expect(judgment.json["cost"] == ["currency": "USD", "amount": 0.001015])
    judgment.expense.add(Usage(), answered: false)
    #expect(judgment.json["usage"] == ["prompt_tokens": 310, "completion_tokens": 24, "unknown_calls": 1])
    #expect(judgment.json["cost"]?["amount"] == .null)
    judgment.usage = Usage()
    #expect(judgment.json["usage"] == ["unknown_calls": 1])
  }
}
