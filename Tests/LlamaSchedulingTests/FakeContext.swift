import LlamaScheduling

/// A cache that holds units, and a model whose next token is a hash of all before it: what a wrong prefix would change.
struct FakeContext {
  var rows: [UnitList]
  /// Tokens that fit into each row.
  let cells: Int
  private(set) var computed = 0
  private(set) var copies = 0
  /// Media that were computed, in order.
  private(set) var media: [MediaSpan] = []

  init(rows: Int, cells: Int = .max) {
    self.rows = Array(repeating: UnitList(), count: rows)
    self.cells = cells
  }

  static func next(_ units: UnitList) -> Int32 {
    (0..<units.count).reduce(17) { hash, at in
      switch units[at] {
      case .token(let token): (hash &* 31 &+ token) & 0xFFFF
      case .media(let span): (hash &* 37 &+ Int32(truncatingIfNeeded: span.content.low) &+ 1) & 0xFFFF
      }
    }
  }

  /// Which unit is at a position; nil: none begins there.
  private func index(_ position: Int, of row: Int) -> Int? {
    (0...rows[row].count).first { rows[row].position(of: $0) == position }
  }

  mutating func apply(_ actions: [Scheduler.Action]) -> Bool {
    for action in actions {
      switch action {
      case .forget(let row, let from):
        guard let index = index(from, of: row) else { return false }
        rows[row].cut(to: index)
      case .copy(let from, let to, let before):
        guard from != to, let index = index(before, of: from) else { return false }
        rows[to] = rows[from].prefix(index)
        copies += 1
      }
    }
    return true
  }

  /// Traps on work that does not follow what its row holds, or has no room in it.
  mutating func compute(_ work: Scheduler.Work) {
    func add(_ unit: PromptUnit, _ row: Int, _ position: Int) {
      let end = rows[row].position(of: rows[row].count)
      precondition(position == end, "\(unit) at \(position) does not follow what ends at \(end)")
      rows[row].append(unit)
      precondition(rows[row].tokens <= cells, "row \(row) is full")
      computed += unit.tokens
    }
    switch work {
    case .none: break
    case .tokens(let entries): for entry in entries { add(.token(entry.token), entry.row, entry.position) }
    case .media(let entry):
      add(.media(entry.span), entry.row, entry.position)
      media.append(entry.span)
    }
  }
}

/// Runs calls through a scheduler as the engine does.
struct Driver {
  var scheduler: Scheduler
  var context: FakeContext
  var replies: [UInt64: [Int32]] = [:]
  var steps = 0
  private var open: [UInt64: (length: Int, tokens: [Int32])] = [:]

  init(
    slots: Int, kept: Int, batch: Int, cells: Int = .max, leastCopied: Int = 1, block: Int = 1,
    keepsPrompts: Bool = true
  ) {
    scheduler = Scheduler(
      slots: slots, kept: kept, batch: batch, leastCopied: leastCopied, block: block, keepsPrompts: keepsPrompts)
    context = FakeContext(rows: slots + kept, cells: cells)
  }

  mutating func ask(_ id: UInt64, _ prompt: [Int32], length: Int, group: String = "") {
    ask(id, UnitList(prompt), length: length, group: group)
  }

  mutating func ask(_ id: UInt64, _ prompt: UnitList, length: Int, group: String = "") {
    open[id] = (length, [])
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
    let rows = step.entries.map(\.row)
    precondition(zip(rows, rows.dropFirst()).allSatisfy { $0 <= $1 }, "rows \(rows) are not in order")
    context.compute(step.work)
    scheduler.computed(step)
    if case .media(let entry) = step.work, entry.isLast { write(entry.request, entry.row) }
    for entry in step.entries where entry.isLast { write(entry.request, entry.row) }
    steps += 1
    return step
  }

  private mutating func write(_ request: UInt64, _ row: Int) {
    let token = FakeContext.next(context.rows[row])
    open[request]?.tokens.append(token)
    if let call = open[request], call.tokens.count < call.length {
      scheduler.produced(token, of: request)
    } else {
      replies[request] = open[request]?.tokens
      scheduler.end(request)
    }
  }

  mutating func run(mostSteps: Int = 100_000) {
    while !scheduler.isIdle, mostSteps > steps { step() }
  }

  /// What a call gets that is alone.
  static func alone(_ prompt: [Int32], length: Int) -> [Int32] { alone(UnitList(prompt), length: length) }

  /// What a call gets that is alone.
  static func alone(_ prompt: UnitList, length: Int) -> [Int32] {
    var units = prompt
    for _ in 0..<length { units.append(.token(FakeContext.next(units))) }
    return units.textTokens.suffix(length)
  }
}
