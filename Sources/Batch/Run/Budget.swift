import Synchronization
public import Wire

/// What a run may spend. Items are admitted one by one, and none is once what is spent and what is under way would pass the budget.
///
/// What is under way is estimated by the mean of the items before, so that a run can end above its budget by as much as its last
/// items cost more than that. The first item goes alone: there is no mean before it.
public final class Budget: Sendable {
  /// What is held against the budget.
  public enum Limit: Sendable, Hashable {
    /// Read and written together.
    case tokens(Int)
    /// In the currency of the judge's prices.
    case money(Money)
  }

  /// Why no more items are admitted.
  enum Closing: Sendable, Hashable {
    /// The next item would, as far as can be foreseen, pass this limit.
    case reached(Limit)
    /// The judge answered and did not say what is held against this limit.
    case blind(Limit)
    /// The run ends for another reason.
    case abandoned
  }

  private struct State {
    var meters: [Meter]
    var underWay = 0
    var closing: Closing?
    /// In order of arrival.
    var waiting: [CheckedContinuation<Bool, Never>] = []
  }

  private let state: Mutex<State>

  /// A budget with these limits; none: everything is admitted.
  public init(_ limits: [Limit]) {
    state = Mutex(State(meters: limits.map { Meter(limit: $0) }))
  }

  /// Why it closed; nil while it is open.
  var closing: Closing? { state.withLock { $0.closing } }

  /// What is spent so far, by limit.
  var spent: [Spent] { state.withLock { $0.meters.map(\.spent) } }

  /// Waits until one more item can be afforded; false when it cannot, and never will be.
  func admit() async -> Bool {
    await withCheckedContinuation { continuation in
      change { $0.waiting.append(continuation) }
    }
  }

  /// Takes back an admission that led to nothing.
  func release() { change { $0.underWay -= 1 } }

  /// Counts an admitted item that is judged.
  func settle(_ expense: Expense) {
    change { state in
      state.underWay -= 1
      for index in state.meters.indices {
        state.meters[index].add(expense)
        if state.meters[index].isBlind(to: expense) {
          state.closing = state.closing ?? .blind(state.meters[index].limit)
        }
      }
    }
  }

  /// Admits no more.
  func abandon() { change { $0.closing = $0.closing ?? .abandoned } }

  private func change(_ body: (inout State) -> Void) {
    let ready = state.withLock { state in
      body(&state)
      return Self.decide(&state)
    }
    for (continuation, admitted) in ready { continuation.resume(returning: admitted) }
  }

  /// Who need wait no longer.
  private static func decide(_ state: inout State) -> [(CheckedContinuation<Bool, Never>, Bool)] {
    var ready: [(CheckedContinuation<Bool, Never>, Bool)] = []
    while !state.waiting.isEmpty {
      if state.closing == nil, let meter = state.meters.first(where: { !$0.affords(state.underWay + 1) }) {
        // What is under way may turn out cheaper than foreseen.
        if state.underWay > 0 { break }
        state.closing = .reached(meter.limit)
      }
      let admitted = state.closing == nil
      state.underWay += admitted ? 1 : 0
      ready.append((state.waiting.removeFirst(), admitted))
    }
    return ready
  }
}
