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

  /// Judges all items or none: room for them is found first. What `make` makes of each, on any thread, comes with its index when
  /// it is there.
  func begin<Value: Sendable>(
    _ items: [Item], make: @escaping @Sendable (Int, Judged) -> Value
  ) throws(Fault) -> AsyncStream<(index: Int, value: Value)> {
    let media = WireMedia(engine, caller)
    let refused = items.map(media.obstacle)
    let taken = items.indices.filter { refused[$0] == nil }
    let admission = taken.isEmpty ? nil : try engine.admit(taken.count, for: caller)
    let early = items.indices.compactMap { index in
      refused[index].map { (index, Judged(judgment: session.refuse(items[index].id, $0))) }
    }
    for (_, judged) in early { engine.metrics.judged(judged, in: session, for: caller, took: .zero) }
    return AsyncStream { stream in
      for (index, judged) in early { stream.yield((index, make(index, judged))) }
      guard let admission else { return stream.finish() }
      admission.judge(taken.map { items[$0] }, in: session, to: stream) { (taken[$0], make(taken[$0], $1)) }
    }
  }
}
