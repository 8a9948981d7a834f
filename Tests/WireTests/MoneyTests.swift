import Testing
import Wire

/// Amounts are exact: read, added and written without rounding.
@Suite struct MoneyTests {
  static let amounts: [(text: String, decimal: String)] = [
    ("0", "0"), ("5", "5"), ("5.00", "5"), ("0.25", "0.25"), ("2.5e-07", "0.00000025"), ("1e3", "1000"),
    ("1E+2", "100"),
    ("0.000000000001", "0.000000000001"), ("12.340", "12.34"), ("0.0000000000010", "0.000000000001"), ("0e-99", "0"),
    ("999999999999999.999999999999", "999999999999999.999999999999"),
  ]

  @Test(arguments: amounts) func reads(text: String, decimal: String) throws {
    let money = try #require(Money(decimal: text))
    #expect(money.decimal == decimal)
    #expect(Money(decimal: money.decimal) == money)
  }

  @Test(arguments: [
    "", "-1", "+1", "1.", ".5", "1,5", "1e", "e1", "1e400", "nan", "inf", "0x10", "1 ", " 1", "0.0000000000001",
    "1e-13",
    "1000000000000000", "1e15", "1_000", "١", "1.5.5",
  ])
  func refuses(text: String) { #expect(Money(decimal: text) == nil) }

  /// A tenth has no exact binary fraction: ten million doubles of it add up to 999999.99983897537.
  @Test func tenMillionTenthsAreAMillion() throws {
    let tenth = try #require(Money(decimal: "0.1"))
    var sum = Money.zero
    var double = 0.0
    for _ in 0..<10_000_000 {
      sum = sum + tenth
      double += 0.1
    }
    #expect(sum.decimal == "1000000")
    #expect(double != 1_000_000)
  }

  @Test func theOrderOfAddingMakesNoDifference() {
    var random = Numbers(seed: 7)
    for _ in 0..<200 {
      let amounts = (0..<50).map { _ in Money(units: Int128(random.next(below: 1 << 60))) }
      let sum = amounts.reduce(.zero, +)
      #expect(amounts.reversed().reduce(.zero, +) == sum)
      #expect(amounts.sorted().reduce(.zero, +) == sum)
      let cut = random.next(below: amounts.count)
      #expect(amounts[..<cut].reduce(.zero, +) + amounts[cut...].reduce(.zero, +) == sum)
      #expect(Money(decimal: sum.decimal) == sum)
    }
  }

  @Test func whatDoesNotFitStaysAtTheLargest() {
    let most = Money(units: .max)
    #expect(most + most == most)
    #expect(Int.max * most == most)
  }

  static let rounded: [(amount: String, decimals: Int, rounded: String)] = [
    ("0.0000005", 6, "0.000001"), ("0.00000049", 6, "0"), ("1.5", 0, "2"), ("1.49", 0, "1"),
    ("2.345678912345", 12, "2.345678912345"),
    ("0.999999999999", 6, "1"),
  ]

  @Test(arguments: rounded) func rounds(amount: String, decimals: Int, rounded: String) {
    #expect(Money(decimal: amount)?.rounded(decimals: decimals).decimal == rounded)
  }

  @Test func numbersAreTheNearest() {
    #expect(Money(decimal: "0.000745")?.number == 0.000745)
    #expect(Money(decimal: "12.1")?.number == 12.1)
  }
}

/// The same numbers in every run (SplitMix64).
struct Numbers {
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
