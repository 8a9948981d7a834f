import Testing
import Wire

/// In which orders responses are shown, and the words for it.
@Suite struct OrderPolicyTests {
  @Test(arguments: [
    (OrderPolicy.asGiven, 1, [[0]]),
    (.asGiven, 2, [[0, 1]]),
    (.asGiven, 4, [[0, 1, 2, 3]]),
    (.both, 1, [[0]]),
    (.both, 2, [[0, 1], [1, 0]]),
    (.both, 3, [[0, 1, 2], [2, 1, 0]]),
    (.allRotations, 1, [[0]]),
    (.allRotations, 2, [[0, 1], [1, 0]]),
    (.allRotations, 3, [[0, 1, 2], [1, 2, 0], [2, 0, 1]]),
    (.allRotations, 4, [[0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1], [3, 0, 1, 2]]),
  ])
  func orders(policy: OrderPolicy, count: Int, expected: [[Int]]) {
    #expect(policy.orders(of: count) == expected)
  }

  @Test(arguments: OrderPolicy.allCases) func everyOrderShowsEveryResponseOnce(policy: OrderPolicy) {
    for count in 0...64 {
      for order in policy.orders(of: count) { #expect(order.sorted() == Array(0..<count)) }
    }
  }

  @Test func rotationsPutEveryResponseOnceInEveryPlace() {
    let orders = OrderPolicy.allRotations.orders(of: 27)
    for place in 0..<27 { #expect(Set(orders.map { $0[place] }).count == 27) }
  }

  @Test func theWordsArePartOfTheWire() {
    #expect(OrderPolicy.allCases.map(\.rawValue) == ["as-given", "both", "all-rotations"])
    #expect(JudgmentFormat.allCases.map(\.rawValue) == ["pointwise", "pairwise", "listwise"])
  }
}
