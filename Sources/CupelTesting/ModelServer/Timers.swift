/// Connections with the moment at which each goes on, the earliest first (a binary heap).
struct Timers {
  private struct Entry {
    let due: ContinuousClock.Instant
    let connection: Int
  }

  private var heap: [Entry] = []

  var next: ContinuousClock.Instant? { heap.first?.due }

  mutating func add(_ connection: Int, due: ContinuousClock.Instant) {
    heap.append(Entry(due: due, connection: connection))
    var at = heap.count - 1
    while at > 0, heap[at].due < heap[(at - 1) / 2].due {
      heap.swapAt(at, (at - 1) / 2)
      at = (at - 1) / 2
    }
  }

  /// Takes the earliest connection whose moment has come.
  mutating func takeDue(_ now: ContinuousClock.Instant) -> Int? {
    guard let first = heap.first, first.due <= now else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var at = 0
    while let child = earlierChild(of: at), heap[child].due < heap[at].due {
      heap.swapAt(at, child)
      at = child
    }
    return first.connection
  }

  private func earlierChild(of at: Int) -> Int? {
    let left = 2 * at + 1
    guard left < heap.count else { return nil }
    return left + 1 < heap.count && heap[left + 1].due < heap[left].due ? left + 1 : left
  }
}
