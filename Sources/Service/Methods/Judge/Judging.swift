import Wire

/// Items on their way through the engine, with those that are refused before it.
struct Judging {
  private let engine: Engine
  private let session: Session
  private let caller: Caller

  init(_ engine: Engine, _ session: Session, _ caller: Caller) {
    self.engine = engine
    self.session = session
    self.caller = caller
  }

  /// Judges all items or none: room for them is found first. What `make` makes of each comes with its index when it is there.
  func begin<Value: Sendable>(
    _ items: [Item], make: @escaping @Sendable (Int, Judged) -> Value
  ) throws(Fault) -> AsyncStream<(index: Int, value: Value)> {
    let refused = items.map(WireMedia.obstacle)
    let taken = items.indices.filter { refused[$0] == nil }
    let judged =
      taken.isEmpty ? nil : try engine.admit(taken.count, for: caller).judge(taken.map { items[$0] }, in: session)
    let early = items.indices.compactMap { index in
      refused[index].map { (index, Judged(judgment: session.refuse(items[index].id, $0))) }
    }
    for (_, judged) in early { engine.metrics.judged(judged, in: session, for: caller, took: .zero) }
    return AsyncStream { stream in
      let work = Task {
        for (index, judged) in early { stream.yield((index, make(index, judged))) }
        if let judged {
          for await (place, judged) in judged { stream.yield((taken[place], make(taken[place], judged))) }
        }
        stream.finish()
      }
      stream.onTermination = { _ in work.cancel() }
    }
  }
}
