import LlamaScheduling

/// A cache that holds tokens, and a model whose next token is a hash of all before it: what a wrong prefix would change.
struct FakeContext {
  var rows: [[Int32]]
  /// Distinct tokens that fit, shared ones counted once.
  let cells: Int
  private(set) var computed = 0

  init(rows: Int, cells: Int = .max) {
    self.rows = Array(repeating: [], count: rows)
    self.cells = cells
  }

  static func next(_ tokens: [Int32]) -> Int32 {
    tokens.reduce(17) { ($0 &* 31 &+ $1) & 0xFFFF }
  }

  mutating func apply(_ actions: [Scheduler.Action]) -> Bool {
    for action in actions {
      switch action {
      case .forget(let row, let from):
        guard from <= rows[row].count else { return false }
        rows[row].removeSubrange(from...)
      case .share(let from, let to, let count):
        guard rows[to].isEmpty, count <= rows[from].count else { return false }
        rows[to] = Array(rows[from].prefix(count))
      }
    }
    return true
  }

  /// false: no room, nothing has changed. Traps on an entry that does not follow what its row holds.
  mutating func decode(_ entries: [Scheduler.Entry]) -> Bool {
    var after = rows
    for entry in entries {
      precondition(
        entry.position == after[entry.row].count, "\(entry) does not follow \(after[entry.row].count) tokens")
      after[entry.row].append(entry.token)
    }
    guard distinct(after) <= cells else { return false }
    rows = after
    computed += entries.count
    return true
  }

  private func distinct(_ rows: [[Int32]]) -> Int {
    guard cells < .max else { return 0 }
    var prefixes: Set<[Int32]> = []
    for row in rows { for end in row.indices { prefixes.insert(Array(row[...end])) } }
    return prefixes.count
  }
}

/// Runs calls through a scheduler as the engine does.
struct Driver {
  var scheduler: Scheduler
  var context: FakeContext
  var replies: [UInt64: [Int32]] = [:]
  var steps = 0
  private var open: [UInt64: (length: Int, tokens: [Int32], prompt: [Int32])] = [:]

  init(slots: Int, rows: Int, batch: Int, cells: Int = .max, keepsPrompts: Bool = true) {
    scheduler = Scheduler(slots: slots, rows: rows, batch: batch, keepsPrompts: keepsPrompts)
    context = FakeContext(rows: rows, cells: cells)
  }

  mutating func ask(_ id: UInt64, _ prompt: [Int32], length: Int, group: String = "") {
    open[id] = (length, [], prompt)
    scheduler.submit(.init(id: id, prompt: prompt, group: group))
  }

  mutating func cancel(_ id: UInt64) {
    open[id] = nil
    scheduler.end(id)
  }

  /// One step; returns it as it was computed.
  @discardableResult mutating func step() -> Scheduler.Step {
    let step = scheduler.next()
    precondition(context.apply(step.actions), "\(step.actions) do not go with the cache")
    while !context.decode(step.entries) {
      guard let eviction = scheduler.evict() else { preconditionFailure("no room, and nothing to give up") }
      precondition(context.apply([eviction]), "\(eviction) does not go with the cache")
    }
    scheduler.computed(step)
    for entry in step.entries where entry.isLast {
      let token = FakeContext.next(context.rows[entry.row])
      open[entry.request]?.tokens.append(token)
      if let call = open[entry.request], call.tokens.count < call.length {
        scheduler.produced(token, of: entry.request)
      } else {
        replies[entry.request] = open[entry.request]?.tokens
        scheduler.end(entry.request)
      }
    }
    steps += 1
    return step
  }

  mutating func run(mostSteps: Int = 100_000) {
    while !scheduler.isIdle, mostSteps > steps { step() }
  }

  /// What a call gets that is alone.
  static func alone(_ prompt: [Int32], length: Int) -> [Int32] {
    var tokens = prompt
    for _ in 0..<length { tokens.append(FakeContext.next(tokens)) }
    return Array(tokens.dropFirst(prompt.count))
  }
}
