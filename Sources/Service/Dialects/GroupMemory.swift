import Synchronization

/// The scores of the last while by group, so that a rollout that arrives by itself can be given the mean of its group.
///
/// Bounded in groups, in scores for each, and in time: the policy that is trained moves on, and what it was worth in the last epoch
/// says nothing of now.
final class GroupMemory: Sendable {
  /// The most groups that are remembered; the one that was heard of least recently is forgotten first.
  static let maxGroups = 4096
  /// The most rollouts of one group; the oldest is forgotten first.
  static let maxMembers = 256

  private struct Member {
    let id: String
    let score: Double
    let since: ContinuousClock.Instant
  }

  private struct Group {
    var members: [Member] = []
    var lastHeard: ContinuousClock.Instant
  }

  private let window: Duration
  private let groups = Mutex<[String: Group]>([:])

  init(window: Duration) { self.window = window }

  /// The rollout `id` of `group` has this score. A rollout that is sent again counts once.
  func add(_ score: Double, of id: String, to group: String, at now: ContinuousClock.Instant = .now) {
    groups.withLock { groups in
      if groups[group] == nil, groups.count >= Self.maxGroups { forgetOldest(&groups, now) }
      var entry = groups[group] ?? Group(lastHeard: now)
      entry.members.removeAll { $0.id == id || $0.since + window <= now }
      if entry.members.count >= Self.maxMembers { entry.members.removeFirst() }
      entry.members.append(Member(id: id, score: score, since: now))
      entry.lastHeard = now
      groups[group] = entry
    }
  }

  /// The mean of what is known of `group`; nil where nothing is.
  func mean(of group: String, at now: ContinuousClock.Instant = .now) -> Double? {
    groups.withLock { groups in
      let scores = groups[group]?.members.filter { $0.since + window > now }.map(\.score) ?? []
      return scores.mean
    }
  }

  /// Makes room: all that are out of time, and an eighth of the others, so that this is not done for each that comes.
  private func forgetOldest(_ groups: inout [String: Group], _ now: ContinuousClock.Instant) {
    groups = groups.filter { $0.value.lastHeard + window > now }
    guard groups.count >= Self.maxGroups else { return }
    for (key, _) in groups.sorted(by: { $0.value.lastHeard < $1.value.lastHeard }).prefix(Self.maxGroups / 8) {
      groups[key] = nil
    }
  }
}

extension [Double] {
  /// nil of nothing.
  var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}
