import Configuration
import Judging
import Synchronization
import Wire

/// What makes two items the same work.
struct WorkKey: Sendable, Hashable {
  /// Of the item and of all that its judgment follows from.
  let digest: ContentDigest
  /// Works of two generations are never shared.
  let generation: Int
}

/// One judgment that is to be made or is being made, for everybody who waits for it.
struct Work {
  /// Somebody who waits for it.
  struct Waiter {
    let batch: Batch
    /// Of the item in the batch.
    let index: Int
    let work: Int
    /// Whether the work was begun for it.
    let isFirst: Bool
  }

  /// A caller's place in the line, with how many of its waiters it stands for.
  struct Place {
    let name: String
    let place: FairLine<Queued>.Place
    var waiters: Int
  }

  /// What stands in the line.
  struct Queued {
    let work: Int
    let name: String
  }

  /// What the judging of it needs to know.
  struct Started: Sendable {
    let id: Int
    let item: Item
    let session: Session
    /// Whether it may be somebody else's as well.
    let isShared: Bool
    /// Of the caller whose turn it was.
    let name: String
    /// How long it waited for its turn.
    let queued: Duration
    /// Of the one for whom it was begun, whoever waits for it by now.
    let trace: TraceParent?
  }

  let item: Item
  let session: Session
  /// nil: it is nobody else's.
  let key: WorkKey?
  let stop: TaskStop
  let trace: TraceParent?
  /// Whether its judgment is kept for those who ask later.
  var isKept: Bool
  /// When it was first asked for.
  let since: ContinuousClock.Instant
  /// When its turn came; nil: it waits.
  var begun: ContinuousClock.Instant?
  var isRunning: Bool { begun != nil }
  /// Why it was given up.
  var ending: Ending?
  var waiters = LinkedStore<Waiter>.List()
  var waiterCount = 0
  /// While it waits: one for each caller's name.
  var places: [Place] = []
}

/// Stops tasks, before or after there are any.
final class TaskStop: Sendable {
  private let state = Mutex<(tasks: [Task<Void, Never>], isStopped: Bool)>(([], false))

  /// A task that is to be stopped.
  func attach(_ task: Task<Void, Never>) {
    let isStopped = state.withLock { state in
      state.tasks.append(task)
      return state.isStopped
    }
    if isStopped { task.cancel() }
  }

  /// Cancels the tasks.
  func stop() {
    let tasks = state.withLock { state in
      state.isStopped = true
      return state.tasks
    }
    for task in tasks { task.cancel() }
  }
}
