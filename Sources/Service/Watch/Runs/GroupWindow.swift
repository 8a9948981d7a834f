/// The last groups of rollouts of a run, and how many of them have rewards that differ: where none do, there is nothing to learn.
struct GroupWindow: Sendable {
  /// The most groups; the one that began first goes first.
  static let most = 1000

  private struct Group {
    var key: String?
    var lastHeard: ContinuousClock.Instant
    var count = 0
    var lowest = Double.infinity
    var highest = -Double.infinity

    mutating func add(_ reward: Double) {
      count += 1
      lowest = min(lowest, reward)
      highest = max(highest, reward)
    }
  }

  private var groups: [Group] = []
  /// Of the oldest, when there is no more room.
  private var oldest = 0
  private var places: [String: Int] = [:]

  /// A group whose rewards are all here.
  mutating func add(_ rewards: [Double], at now: ContinuousClock.Instant) {
    guard !rewards.isEmpty else { return }
    var group = Group(key: nil, lastHeard: now)
    for reward in rewards { group.add(reward) }
    begin(group)
  }

  /// One more reward of the group `key`; a new group, where the last one was not heard of within `window`.
  mutating func add(_ reward: Double, to key: String, within window: Duration, at now: ContinuousClock.Instant) {
    if let place = places[key], groups[place].lastHeard + window > now {
      groups[place].add(reward)
      groups[place].lastHeard = now
      return
    }
    var group = Group(key: key, lastHeard: now)
    group.add(reward)
    places[key] = begin(group)
  }

  /// Takes the place of the oldest, where there are as many as there may be.
  @discardableResult private mutating func begin(_ group: Group) -> Int {
    guard groups.count == Self.most else {
      groups.append(group)
      return groups.count - 1
    }
    let place = oldest
    oldest = (oldest + 1) % Self.most
    if let key = groups[place].key, places[key] == place { places[key] = nil }
    groups[place] = group
    return place
  }

  /// Groups in which two rewards at least are known.
  var comparable: Int { groups.count { $0.count > 1 } }

  /// The share of these whose rewards are all the same; nil where there are none.
  var zeroSpread: Double? {
    let comparable = comparable
    guard comparable > 0 else { return nil }
    return Double(groups.count { $0.count > 1 && $0.lowest == $0.highest }) / Double(comparable)
  }
}
