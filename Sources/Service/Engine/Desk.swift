import Configuration
import Wire

/// Who is admitted, what waits, what is being judged and who waits for it: the engine's state, as a pure machine. Every step
/// says what is to be done because of it; nothing is done here.
struct Desk {
  /// What follows from a step, to be done when the lock is let go.
  enum Effect {
    /// A work's turn has come.
    case start(Work.Started, TaskStop)
    /// Nobody waits for a work that is under way.
    case stop(TaskStop)
    /// A waiter has a judgment. With an ending: the work was given up, and this is what had come of it.
    case answer(Batch, Int, Judged, Ending?)
    /// A waiter has none. With the moment its turn came, where it did.
    case refuse(Batch, Int, id: String, Ending, begun: ContinuousClock.Instant?)
    /// Something waits that did not before, or nothing any more.
    case crowding
  }

  /// What is known of a batch that is not answered in full.
  private struct Open {
    let batch: Batch
    /// By item: its place among the waiters; -1: none any more, or none yet.
    var places: [Int]
    var left: Int
    var ending: Ending?
  }

  var places: Places
  var cache: ResultCache
  private(set) var running = 0
  /// Waiters that were joined to the work of another.
  private(set) var joined = 0
  private var line = FairLine<Work.Queued>()
  private var works: [Int: Work] = [:]
  private var shared: [WorkKey: Int] = [:]
  private var waiters = LinkedStore<Work.Waiter>()
  private var batches: [Int: Open] = [:]
  private var lastID = 0
  private var isCrowded = false

  init(_ settings: ServeSettings) {
    places = Places(settings)
    cache = ResultCache(maxBytes: settings.cacheBytes ?? 0)
  }

  /// Works that wait for their turn.
  var waiting: Int { line.count }
  /// Batches that are not answered in full.
  var openBatches: [Batch] { batches.values.map(\.batch) }
  /// Whether everything is answered and everything has been given back.
  var isEmpty: Bool {
    works.isEmpty && shared.isEmpty && batches.isEmpty && waiters.count == 0 && line.isEmpty && running == 0
      && places.isEmpty
  }

  /// Whether a batch was told that its time is up, or that it is not waited for.
  func hasEnded(_ batch: Batch) -> Bool { batches[batch.id]?.ending != nil }

  /// A number that was not given before.
  mutating func newID() -> Int {
    lastID += 1
    return lastID
  }

  /// Other settings hold from now on.
  mutating func apply(_ settings: ServeSettings, _ now: ContinuousClock.Instant) -> [Effect] {
    places.apply(settings)
    cache.maxBytes = settings.cacheBytes ?? 0
    var effects: [Effect] = []
    startNext(&effects, now)
    return effects
  }

  // MARK: In

  /// A batch of `count` items begins.
  mutating func open(_ batch: Batch, count: Int) {
    if count > 0 { batches[batch.id] = Open(batch: batch, places: Array(repeating: -1, count: count), left: count) }
  }

  /// Takes in one item of a batch. `stop`: ends the work on it, if there is any. `key`: what makes it the same as another; nil:
  /// nothing does.
  mutating func submit(
    _ item: Item, at index: Int, of batch: Batch, _ stop: TaskStop, key: WorkKey?, isKept: Bool,
    _ now: ContinuousClock.Instant
  ) -> [Effect] {
    if let ending = batches[batch.id]?.ending {
      close(batch, index, now)
      return [.refuse(batch, index, id: item.id, ending, begun: nil)]
    }
    if let key, isKept, let found = cache.find(key.digest) {
      close(batch, index, now)
      return [.answer(batch, index, Judged(judgment: found, origin: .cached), nil)]
    }
    if let key, let id = shared[key] {
      join(id, batch, index, isKept: isKept)
      return []
    }
    let id = newID()
    var work = Work(
      item: item, session: batch.session, key: key, stop: stop, trace: batch.caller.trace, isKept: isKept, since: now)
    wait(for: id, &work, batch, index, isFirst: true)
    works[id] = work
    if let key { shared[key] = id }
    var effects: [Effect] = []
    if running < places.maxInFlight {
      start(id, for: batch.caller.name, &effects, now)
    } else {
      stand(id, for: batch.caller.name)
      noteCrowding(&effects)
    }
    return effects
  }

  private mutating func join(_ id: Int, _ batch: Batch, _ index: Int, isKept: Bool) {
    joined += 1
    guard var work = works.removeValue(forKey: id) else {
      preconditionFailure("nobody waits for work that is not there")
    }
    wait(for: id, &work, batch, index, isFirst: false)
    if isKept { work.isKept = true }
    works[id] = work
    // What waits behind one caller's work is not to wait behind it for another caller.
    if !work.isRunning { stand(id, for: batch.caller.name) }
  }

  private mutating func wait(for id: Int, _ work: inout Work, _ batch: Batch, _ index: Int, isFirst: Bool) {
    let waiter = Work.Waiter(batch: batch, index: index, work: id, isFirst: isFirst)
    let place = waiters.append(waiter, to: &work.waiters)
    work.waiterCount += 1
    batches[batch.id]?.places[index] = place
  }

  private mutating func stand(_ id: Int, for name: String) {
    if let at = works[id]?.places.firstIndex(where: { $0.name == name }) {
      works[id]?.places[at].waiters += 1
    } else {
      let place = line.append(Work.Queued(work: id, name: name), for: name)
      works[id]?.places.append(Work.Place(name: name, place: place, waiters: 1))
    }
  }

  // MARK: On

  private mutating func startNext(_ effects: inout [Effect], _ now: ContinuousClock.Instant) {
    while running < places.maxInFlight, let next = line.next() { start(next.work, for: next.name, &effects, now) }
    noteCrowding(&effects)
  }

  private mutating func noteCrowding(_ effects: inout [Effect]) {
    guard isCrowded == line.isEmpty else { return }
    isCrowded.toggle()
    effects.append(.crowding)
  }

  private mutating func start(
    _ id: Int, for name: String, _ effects: inout [Effect], _ now: ContinuousClock.Instant
  ) {
    guard let at = works.index(forKey: id) else { preconditionFailure("work that begins is there") }
    for place in works.values[at].places where place.name != name { line.remove(place.place) }
    works.values[at].places = []
    works.values[at].begun = now
    running += 1
    let work = works.values[at]
    let started = Work.Started(
      id: id, item: work.item, session: work.session, isShared: work.key != nil, name: name, queued: now - work.since,
      trace: work.trace)
    effects.append(.start(started, work.stop))
  }

  /// A work is done. `bytes`: the size of the judgment where it may be kept.
  mutating func finish(_ id: Int, _ judgment: Judgment, bytes: Int?, _ now: ContinuousClock.Instant) -> [Effect] {
    guard var work = works.removeValue(forKey: id) else { preconditionFailure("a work is done once") }
    running -= 1
    unshare(work, id)
    if let bytes, let key = work.key, work.isKept, work.ending == nil {
      cache.keep(judgment, bytes: bytes, for: key.digest)
    }
    var effects: [Effect] = []
    while let place = waiters.first(of: work.waiters) {
      let waiter = waiters.remove(place, from: &work.waiters)
      close(waiter.batch, waiter.index, now)
      let judged = Judged(judgment: judgment, origin: waiter.isFirst ? .judged : .joined, begun: work.begun)
      effects.append(.answer(waiter.batch, waiter.index, judged, work.ending))
    }
    startNext(&effects, now)
    return effects
  }

  // MARK: Out

  /// Nobody waits for a batch any more. What others wait for goes on; what waits is given up; what is under way is stopped, and
  /// its last waiter still gets what came of it, unless it is to end `atOnce`.
  mutating func end(_ batch: Batch, _ ending: Ending, atOnce: Bool, _ now: ContinuousClock.Instant) -> [Effect] {
    guard let open = batches[batch.id] else { return [] }
    batches[batch.id]?.ending = ending
    var effects: [Effect] = []
    for (index, place) in open.places.enumerated() where place >= 0 {
      let id = waiters[place].work
      guard let work = works[id] else { preconditionFailure("somebody waits for work that is not there") }
      let isLast = work.waiterCount == 1
      if isLast, work.isRunning, work.ending == nil {
        unshare(work, id)
        works[id]?.ending = ending
        effects.append(.stop(work.stop))
      }
      if isLast, work.isRunning, !atOnce { continue }
      drop(place, of: id, batch.caller.name)
      close(batch, index, now)
      effects.append(.refuse(batch, index, id: work.item.id, ending, begun: work.begun))
    }
    startNext(&effects, now)
    return effects
  }

  /// Takes a waiter from its work, and the work away with the last one unless it is under way.
  private mutating func drop(_ place: Int, of id: Int, _ name: String) {
    guard var work = works.removeValue(forKey: id) else { return }
    waiters.remove(place, from: &work.waiters)
    work.waiterCount -= 1
    if let at = work.places.firstIndex(where: { $0.name == name }) {
      work.places[at].waiters -= 1
      if work.places[at].waiters == 0 { line.remove(work.places.remove(at: at).place) }
    }
    if work.waiterCount > 0 || work.isRunning { works[id] = work } else { unshare(work, id) }
  }

  /// Whoever asks the same from now on does not get this work.
  private mutating func unshare(_ work: Work, _ id: Int) {
    if let key = work.key, shared[key] == id { shared[key] = nil }
  }

  /// An item of a batch is answered: its room is free.
  private mutating func close(_ batch: Batch, _ index: Int, _ now: ContinuousClock.Instant) {
    places.give(back: 1, of: batch.caller.name, finishedAt: now)
    guard var open = batches.removeValue(forKey: batch.id) else { preconditionFailure("an item is answered once") }
    open.places[index] = -1
    open.left -= 1
    if open.left > 0 { batches[batch.id] = open }
  }
}
