import Synchronization

/// So many at once; the others wait for their turn, which goes round by the name of the caller. Who is patient waits until nobody else
/// does, and leaves half of the places to the others.
package final class FairGate: Sendable {
  /// One that asked, and how far it has got: the task may be cancelled before it waits, while it does and after.
  private final class Visitor: Sendable {
    enum Stage: Sendable {
      case asking
      case waiting(CheckedContinuation<Bool, Never>, FairLine<Visitor>.Place)
      /// It has its answer.
      case over
    }
    // Changed under the gate's lock alone; a mutex, because the compiler cannot know that.
    let stage = Mutex(Stage.asking)

    /// Whom to answer; nil: nobody waits yet, or not any more.
    func end() -> (continuation: CheckedContinuation<Bool, Never>, place: FairLine<Visitor>.Place)? {
      stage.withLock { stage in
        defer { stage = .over }
        if case .waiting(let continuation, let place) = stage { return (continuation, place) }
        return nil
      }
    }
  }

  private struct State {
    var limit: Int
    var inside = 0
    /// Of those inside.
    var patient = 0
    var line = FairLine<Visitor>()
    var patientLine = FairLine<Visitor>()

    var hasRoom: Bool { inside < limit }
    var hasPatientRoom: Bool { hasRoom && line.isEmpty && (limit == .max || patient < max(1, limit / 2)) }

    /// Whose turn it is, let in.
    mutating func next() -> CheckedContinuation<Bool, Never>? {
      if hasRoom, let visitor = line.next() {
        inside += 1
        return visitor.end()?.continuation
      }
      guard hasPatientRoom, let visitor = patientLine.next() else { return nil }
      inside += 1
      patient += 1
      return visitor.end()?.continuation
    }
  }

  private let state: Mutex<State>

  /// A gate that lets `limit` in at once; nil: everybody.
  package init(limit: Int?) { state = Mutex(State(limit: limit.map { max(1, $0) } ?? .max)) }

  /// How many are inside, and how many wait.
  package var counts: (inside: Int, waiting: Int) {
    state.withLock { ($0.inside, $0.line.count + $0.patientLine.count) }
  }

  /// From now on, `limit` are let in at once; 0: nobody, until there is another limit. Who is inside stays.
  package func set(limit: Int) {
    let next = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
      state.limit = limit
      var next: [CheckedContinuation<Bool, Never>] = []
      while let continuation = state.next() { next.append(continuation) }
      return next
    }
    for continuation in next { continuation.resume(returning: true) }
  }

  /// Waits for a place under `name`, to be given back with ``leave(isPatient:)``. False, and no place, when the task was cancelled before.
  package func enter(for name: String, isPatient: Bool = false) async -> Bool {
    let visitor = Visitor()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if let answer = ask(visitor, continuation, name, isPatient) { continuation.resume(returning: answer) }
      }
    } onCancel: {
      giveUp(visitor, isPatient)
    }
  }

  /// nil: the answer comes later.
  private func ask(
    _ visitor: Visitor, _ continuation: CheckedContinuation<Bool, Never>, _ name: String, _ isPatient: Bool
  ) -> Bool? {
    state.withLock { state in
      visitor.stage.withLock { stage in
        if case .over = stage { return false }
        guard isPatient ? state.hasPatientRoom : state.hasRoom else {
          let place =
            isPatient ? state.patientLine.append(visitor, for: name) : state.line.append(visitor, for: name)
          stage = .waiting(continuation, place)
          return nil
        }
        stage = .over
        state.inside += 1
        if isPatient { state.patient += 1 }
        return true
      }
    }
  }

  private func giveUp(_ visitor: Visitor, _ isPatient: Bool) {
    let (own, next) = state.withLock {
      state -> (CheckedContinuation<Bool, Never>?, CheckedContinuation<Bool, Never>?) in
      guard let (continuation, place) = visitor.end() else { return (nil, nil) }
      if isPatient { state.patientLine.remove(place) } else { state.line.remove(place) }
      // With the last who is not patient, the others' turn may have come.
      return (continuation, isPatient ? nil : state.next())
    }
    own?.resume(returning: false)
    next?.resume(returning: true)
  }

  /// Gives a place back; whose turn it is has it next.
  package func leave(isPatient: Bool = false) {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      state.inside -= 1
      if isPatient { state.patient -= 1 }
      return state.next()
    }
    next?.resume(returning: true)
  }
}
