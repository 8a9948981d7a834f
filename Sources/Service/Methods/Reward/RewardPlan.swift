import Wire

/// Which items are judged for which groups. What is judged by itself is an item of its own, so that each response is found in the cache, waits
/// and fails by itself.
struct RewardPlan: Sendable {
  /// What an item shows of its group.
  enum Part: Sendable, Hashable {
    case one(Int)
    case all
    case pair(Int, Int)
  }

  /// One item to judge.
  struct Unit: Sendable {
    let group: Int
    let part: Part
  }

  private(set) var units: [Unit] = []
  private(set) var items: [Item] = []

  /// How many items `request` comes to, without making them.
  static func count(_ request: RewardRequest, _ format: JudgmentFormat) -> Int {
    request.groups.reduce(0) { sum, group in
      let count = group.responses.count
      if request.reward == .winRate { return sum + min(request.pairs ?? .max, count * (count - 1) / 2) }
      return sum + (format == .pointwise ? count : 1)
    }
  }

  /// - Parameter format: how the judge is shown responses.
  init(_ request: RewardRequest, _ format: JudgmentFormat) {
    for (index, group) in request.groups.enumerated() {
      for part in Self.parts(of: group, request, format) {
        units.append(Unit(group: index, part: part))
        items.append(Self.item(part, of: group))
      }
    }
  }

  private static func parts(of group: Item, _ request: RewardRequest, _ format: JudgmentFormat) -> [Part] {
    if request.reward == .winRate {
      let seed = UInt64(request.asking.seed ?? 0)
      return RoundRobin.pairs(of: group.responses.count, limit: request.pairs, seed: seed, group: group.id)
        .map { .pair($0.0, $0.1) }
    }
    return format == .pointwise ? group.responses.indices.map { .one($0) } : [.all]
  }

  private static func item(_ part: Part, of group: Item) -> Item {
    let (id, shown) =
      switch part {
      case .one(let index): ("\(group.id)/\(index)", [index])
      case .all: (group.id, Array(group.responses.indices))
      case .pair(let left, let right): ("\(group.id)/\(left)-\(right)", [left, right])
      }
    return Item(
      id: id, prompt: group.prompt, responses: shown.map { group.responses[$0] }, reference: group.reference)
  }
}
