/// Decides what is computed next, for many calls over the sequences of one context. It knows units and sequences
/// ("rows") alone, no model: whoever drives it carries out its steps and tells what came of them.
///
/// A row holds the units whose keys and values are in the cache. The row of a call that has ended keeps its prompt until
/// another call needs the row: so a later call that begins alike does not compute that part again, but copies it.
package struct Scheduler {
  /// A prompt, and how much may follow it.
  package struct Request {
    package let id: UInt64
    package let prompt: UnitList
    /// Calls of one group together get no more than another group does.
    package let group: String

    /// - Precondition: the prompt is not empty: something has to be computed for a first token.
    package init(id: UInt64, prompt: UnitList, group: String = "") {
      precondition(!prompt.isEmpty, "a prompt has at least one unit")
      self.id = id
      self.prompt = prompt
      self.group = group
    }
  }

  /// What is done to the cache before anything is computed.
  package enum Action: Equatable {
    /// Forget what a row has from a position on.
    case forget(row: Int, from: Int)
    /// A row gets what another one has before a position, in place of what it had.
    case copy(from: Int, to: Int, before: Int)
  }

  /// One token to compute.
  package struct Entry: Equatable {
    package let request: UInt64
    package let row: Int
    package let position: Int
    package let token: Int32
    /// It is the last one that is known of its row: what follows it is wanted.
    package let isLast: Bool
  }

  /// One picture or sound to compute, by itself: the library takes tokens or embeddings, never both.
  package struct MediaEntry: Equatable {
    package let request: UInt64
    package let row: Int
    /// Of its first token.
    package let position: Int
    package let span: MediaSpan
    /// As in ``Entry``: what follows its last token is wanted.
    package let isLast: Bool
  }

  /// What is computed at once.
  package enum Work: Equatable {
    /// Nothing is to be done.
    case none
    case tokens([Entry])
    case media(MediaEntry)
  }

  /// Actions, in order, and then the work.
  package struct Step: Equatable {
    package var actions: [Action] = []
    package var work = Work.none

    /// The tokens of it.
    package var entries: [Entry] {
      if case .tokens(let entries) = work { entries } else { [] }
    }
  }

  struct Live {
    let request: Request
    /// The prompt, and what has been produced so far.
    var wanted: UnitList
    /// In tokens.
    let reused: Int
    /// The step in which media of it were last computed.
    var lastMedia = 0
  }

  struct Row {
    /// What the cache holds.
    var computed = UnitList()
    var live: Live?
    /// When it was last used, in steps.
    var lastUsed = 0

    var isReading: Bool { live.map { computed.count < $0.request.prompt.count } ?? false }

    /// What is computed next; nil: nothing is known yet.
    var next: PromptUnit? {
      guard let wanted = live?.wanted, computed.count < wanted.count else { return nil }
      return wanted[computed.count]
    }

    var nextSpan: MediaSpan? {
      if case .media(let span)? = next { span } else { nil }
    }
  }

  /// Calls that are computed at once, in the first rows; the others keep prompts.
  package let slots: Int
  /// The most tokens of one step.
  package let batch: Int
  /// Fewer tokens are sooner computed than a row is copied for them.
  package let leastCopied: Int
  /// Tokens of a row that the library looks at together.
  package let block: Int
  /// Whether prompts stay when their calls have ended.
  package let keepsPrompts: Bool
  var rows: [Row]
  var waiting: [Request] = []
  var pending: [Action] = []
  var clock = 0
  private var computedMediaLast = false

  /// Tokens for which a call waits until another one has computed them: more than any two prompts have in common.
  static let worthWaiting = 8
  /// Waiting calls of which one is looked for that need not wait longer: a step takes no longer where thousands wait for one prefix.
  static let mostLookedAt = 64

  /// - Parameters:
  ///   - kept: rows beside those of the slots.
  ///   - keepsPrompts: `false`: a call computes all of its prompt, whatever was computed before it.
  /// - Precondition: `batch` has room for a token of every slot.
  package init(slots: Int, kept: Int, batch: Int, leastCopied: Int = 1, block: Int = 1, keepsPrompts: Bool = true) {
    precondition(
      slots >= 1 && kept >= 0 && batch >= slots && leastCopied >= 1 && block >= 1, "slots 1..., batch at least as many")
    self.slots = slots
    self.batch = batch
    self.leastCopied = leastCopied
    self.block = block
    self.keepsPrompts = keepsPrompts
    self.rows = Array(repeating: Row(), count: slots + kept)
  }

  /// Whether there is any call.
  package var isIdle: Bool { waiting.isEmpty && rows.allSatisfy { $0.live == nil } }
  /// Calls that have a row.
  package var liveCount: Int { rows.count { $0.live != nil } }

  /// Takes a call in; it waits for its turn.
  package mutating func submit(_ request: Request) { waiting.append(request) }

  /// What to do now. The caller carries out all actions, computes the entries, and says ``computed(_:)``.
  package mutating func next() -> Step {
    clock += 1
    admit()
    gather()
    defer { pending = [] }
    let work = plan()
    computedMediaLast = if case .media = work { true } else { false }
    return Step(actions: pending, work: work)
  }

  /// The step was carried out: the cache holds what it computed.
  package mutating func computed(_ step: Step) {
    switch step.work {
    case .none: break
    case .tokens(let entries): for entry in entries { rows[entry.row].computed.append(.token(entry.token)) }
    case .media(let entry):
      rows[entry.row].computed.append(.media(entry.span))
      rows[entry.row].live?.lastMedia = clock
    }
  }

  /// A step failed half way: nobody knows what the cache holds, so everything is forgotten. Returns the calls that were at work,
  /// which have ended; those that wait are untouched.
  package mutating func failed() -> [UInt64] {
    let ended = rows.compactMap { $0.live?.request.id }
    pending = rows.indices.map { .forget(row: $0, from: 0) }
    rows = Array(repeating: Row(), count: rows.count)
    return ended
  }

  /// A call goes on with this token.
  package mutating func produced(_ token: Int32, of request: UInt64) {
    guard let row = row(of: request) else { return }
    rows[row].live?.wanted.append(.token(token))
  }

  /// A call has ended, or is no longer wanted: its slot is free at once. What it computed of its prompt stays for others.
  package mutating func end(_ request: UInt64) {
    waiting.removeAll { $0.id == request }
    guard let row = row(of: request), let live = rows[row].live else { return }
    forget(row, after: keepsPrompts ? min(rows[row].computed.count, live.request.prompt.count) : 0)
    rows[row].live = nil
    rows[row].lastUsed = clock
  }

  /// How many tokens of its prompt a call did not have to compute; nil: it is still waiting, or not known.
  package func reused(by request: UInt64) -> Int? {
    row(of: request).flatMap { rows[$0].live?.reused }
  }

  private func row(of request: UInt64) -> Int? { rows.firstIndex { $0.live?.request.id == request } }
}

// MARK: - One step

extension Scheduler {
  /// Media and tokens in turns, so that replies flow on while pictures are read.
  private func plan() -> Work {
    let entries = tokens()
    if let row = nextMedia(), entries.isEmpty || !computedMediaLast { return media(of: row) }
    return entries.isEmpty ? .none : .tokens(entries)
  }

  /// Of the calls that come to a picture or sound now, the one whose last one was longest ago.
  private func nextMedia() -> Int? {
    let due = rows.indices.filter { rows[$0].nextSpan != nil }
    return due.min { (rows[$0].live?.lastMedia ?? 0, $0) < (rows[$1].live?.lastMedia ?? 0, $1) }
  }

  private func media(of row: Int) -> Work {
    guard let live = rows[row].live, let span = rows[row].nextSpan else { return .none }
    let at = rows[row].computed.count
    return .media(
      MediaEntry(
        request: live.request.id, row: row, position: live.wanted.position(of: at), span: span,
        isLast: at == live.wanted.count - 1))
  }

  /// One token of every call that writes, and of the room that is left an equal part for every call that reads; what a short
  /// prompt does not need of its part goes to the longer ones.
  private func tokens() -> [Entry] {
    let live = rows.indices.filter { rows[$0].live != nil && rows[$0].nextSpan == nil }
    var entries: [Entry] = []
    for row in live where !rows[row].isReading { entries += next(1, of: row) }
    let reading = live.filter { rows[$0].isReading }.sorted { (left(of: $0), $0) < (left(of: $1), $1) }
    if entries.isEmpty, reading.count == 1 {
      entries = next(wholeBlocks(of: reading[0]), of: reading[0])
    } else {
      for (done, row) in reading.enumerated() {
        entries += next((batch - entries.count) / (reading.count - done), of: row)
      }
    }
    // The library computes sequences at once that follow each other in the batch, too.
    return entries.sorted { ($0.row, $0.position) < ($1.row, $1.position) }
  }

  /// Of a prompt that is read alone as much as there is room for up to the end of a block: with one token more, all of the next one
  /// would be looked at.
  private func wholeBlocks(of row: Int) -> Int {
    let start = rows[row].computed.tokens
    let end = (start + batch) / block * block
    return left(of: row) > batch && end > start ? end - start : batch
  }

  private func left(of row: Int) -> Int { (rows[row].live?.wanted.count ?? 0) - rows[row].computed.count }

  /// At most so many tokens, and none after a picture or sound.
  private func next(_ most: Int, of row: Int) -> [Entry] {
    guard let live = rows[row].live else { return [] }
    let start = rows[row].computed.count
    let position = live.wanted.position(of: start)
    var entries: [Entry] = []
    for at in start..<min(start + most, live.wanted.count) {
      guard case .token(let token) = live.wanted[at] else { break }
      entries.append(
        Entry(
          request: live.request.id, row: row, position: position + at - start, token: token,
          isLast: at == live.wanted.count - 1))
    }
    return entries
  }
}
