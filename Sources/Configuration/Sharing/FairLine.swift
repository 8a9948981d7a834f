/// Who waits, by name: the names are served in turn, and what waits under one name in the order it came. Every step takes
/// constant time, however long the line is.
package struct FairLine<Waiter> {
  /// Where somebody stands.
  package struct Place: Sendable, Hashable {
    fileprivate let waiter: Int
  }

  private struct Lane {
    let name: String
    var waiters = LinkedStore<(waiter: Waiter, lane: Int)>.List()
  }

  private var waiters = LinkedStore<(waiter: Waiter, lane: Int)>()
  private var lanes = LinkedStore<Lane>()
  /// The lanes in which somebody waits, the next one first.
  private var turns = LinkedStore<Lane>.List()
  private var laneOfName: [String: Int] = [:]

  /// Nobody.
  package init() {}

  /// How many wait.
  package var count: Int { waiters.count }
  /// Whether nobody waits.
  package var isEmpty: Bool { count == 0 }

  /// Lets `waiter` stand at the end of the lane of `name`.
  package mutating func append(_ waiter: Waiter, for name: String) -> Place {
    let lane = laneOfName[name] ?? lanes.append(Lane(name: name), to: &turns)
    laneOfName[name] = lane
    return Place(waiter: waiters.append((waiter, lane), to: &lanes[lane].waiters))
  }

  /// Whose turn it is; nil: nobody waits.
  package mutating func next() -> Waiter? {
    guard let lane = lanes.first(of: turns), let first = waiters.first(of: lanes[lane].waiters) else { return nil }
    let name = lanes[lane].name
    let waiter = leave(first, lane)
    if laneOfName[name] != nil { lanes.moveToEnd(lane, of: &turns) }
    return waiter
  }

  /// Takes somebody out who stands in the line.
  @discardableResult
  package mutating func remove(_ place: Place) -> Waiter { leave(place.waiter, waiters[place.waiter].lane) }

  private mutating func leave(_ place: Int, _ lane: Int) -> Waiter {
    let (waiter, _) = waiters.remove(place, from: &lanes[lane].waiters)
    if lanes[lane].waiters.isEmpty {
      laneOfName[lanes[lane].name] = nil
      lanes.remove(lane, from: &turns)
    }
    return waiter
  }
}
