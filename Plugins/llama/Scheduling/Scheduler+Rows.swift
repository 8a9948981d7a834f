/// Which call has which row, and what rows give to each other.
extension Scheduler {
  /// Gives waiting calls rows while there are slots. The group with the fewest calls at work comes first, then who came first.
  mutating func admit() {
    while liveCount < slots, let at = nextWaiting() {
      start(waiting.remove(at: at))
    }
  }

  private func nextWaiting() -> Int? {
    var atWork: [String: Int] = [:]
    for row in rows { if let group = row.live?.request.group { atWork[group, default: 0] += 1 } }
    let turns = waiting.indices.sorted { (atWork[waiting[$0].group] ?? 0, $0) < (atWork[waiting[$1].group] ?? 0, $1) }
    return turns.prefix(Self.mostLookedAt).first { !isBetterOffLater(waiting[$0]) }
  }

  /// Another call is about to compute what this one begins with.
  private func isBetterOffLater(_ request: Request) -> Bool {
    let usable = request.prompt.count - 1
    func common(_ other: UnitList) -> Int {
      request.prompt.tokens(before: request.prompt.common(with: other, atMost: usable))
    }
    let now = rows.map { common($0.computed) }.max() ?? 0
    return rows.contains { row in
      guard row.isReading, let live = row.live else { return false }
      return common(live.request.prompt) >= now + max(Self.worthWaiting, leastCopied)
    }
  }

  private mutating func start(_ request: Request) {
    // The last unit of a prompt is always computed: what follows it comes of it.
    let usable = request.prompt.count - 1
    let lengths = rows.map { request.prompt.common(with: $0.computed, atMost: usable) }
    let tokens = lengths.map { request.prompt.tokens(before: $0) }
    var best = lengths.indices.max { lengths[$0] < lengths[$1] } ?? 0
    let target = freeSlot(best: best, length: lengths[best])
    if tokens[best] < tokens[target] + leastCopied { best = target }
    let shared = request.prompt.prefix(lengths[best])
    keep(rows[target].computed, of: target, losing: best == target ? shared.count : 0, for: best)
    if best == target {
      forget(target, after: shared.count)
    } else {
      pending.append(.copy(from: best, to: target, before: shared.position(of: shared.count)))
      rows[best].lastUsed = clock
    }
    rows[target] = Row(
      computed: shared, live: Live(request: request, wanted: request.prompt, reused: shared.tokens), lastUsed: clock)
  }

  /// The slot of a new call: the one with its prefix if that loses nothing by it, else an empty one, else the oldest.
  private func freeSlot(best: Int, length: Int) -> Int {
    let idle = (0..<slots).filter { rows[$0].live == nil }
    if idle.contains(best), rows[best].computed.count == length { return best }
    if let empty = idle.first(where: { rows[$0].computed.isEmpty }) { return empty }
    // Of two that would lose something, the one that does not hold the prefix.
    let oldest = idle.filter { $0 != best }.min { rows[$0].lastUsed < rows[$1].lastUsed }
    return oldest ?? best
  }

  /// Saves what a slot is about to lose of a prompt in the row beside the slots that was not used for longest.
  /// - Parameter source: a row that is needed as it is.
  private mutating func keep(_ prompt: UnitList, of slot: Int, losing start: Int, for source: Int) {
    let others = rows.indices.filter { $0 != slot }
    let held = others.map { prompt.common(with: rows[$0].computed, atMost: prompt.count) }.max() ?? 0
    guard prompt.tokens - prompt.tokens(before: max(start, held)) >= leastCopied else { return }
    let places = others.filter { $0 >= slots && $0 != source }
    // Where nothing is lost, or else what was not used for longest.
    guard
      let place = places.first(where: { prompt.begins(with: rows[$0].computed) })
        ?? places.min(by: { rows[$0].lastUsed < rows[$1].lastUsed }),
      rows[place].lastUsed <= rows[slot].lastUsed
    else { return }
    pending.append(.copy(from: slot, to: place, before: prompt.position(of: prompt.count)))
    rows[place] = Row(computed: prompt, lastUsed: rows[slot].lastUsed)
  }

  /// Moves calls into the gaps that others have left: llama.cpp computes rows side by side in one go, and rows apart one after
  /// the other, with all weights read again for each.
  mutating func gather() {
    while true {
      let live = (0..<slots).filter { rows[$0].live != nil }
      guard let first = live.first, let last = live.last,
        let gap = (first..<last).first(where: { rows[$0].live == nil })
      else { return }
      move(last, to: gap)
    }
  }

  private mutating func move(_ from: Int, to gap: Int) {
    keep(rows[gap].computed, of: gap, losing: 0, for: from)
    let moved = rows[from]
    pending.append(.copy(from: from, to: gap, before: moved.computed.position(of: moved.computed.count)))
    rows[gap] = moved
    rows[from].live = nil
    forget(from, after: keepsPrompts ? min(moved.computed.count, moved.live?.request.prompt.count ?? 0) : 0)
  }

  /// Cuts a row back to so many units.
  mutating func forget(_ row: Int, after count: Int) {
    guard count < rows[row].computed.count else { return }
    pending.append(.forget(row: row, from: rows[row].computed.position(of: count)))
    rows[row].computed.cut(to: count)
  }
}
