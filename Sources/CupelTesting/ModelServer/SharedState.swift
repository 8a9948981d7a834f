import Glibc
import Synchronization

/// What the server's thread and the tests share.
final class SharedState: Sendable {
  /// What the thread is told to do.
  enum Command: Sendable {
    case stop
    case refuse
    case listen(Int32)
    /// The gate before which the connection's reply stands is open.
    case goOn(connection: Int)
  }

  private struct Watcher {
    let id: UInt64
    let condition: @Sendable (ModelServer.Statistics) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var wake: Int32?
    var isWoken = false
    var commands: [Command] = []
    var script: ModelServer.Script
    var admission: @Sendable (Int) -> ModelServer.Admission = { _ in .serve }
    var expectation = ModelServer.Expectation.confirm
    var log: [ModelServer.Request] = []
    var times: [Int: Int] = [:]
    var statistics = ModelServer.Statistics()
    var watchers: [Watcher] = []
    var lastWatcher: UInt64 = 0
  }

  private let logLimit: Int
  private let state: Mutex<State>

  init(wake: Int32, logLimit: Int, script: @escaping ModelServer.Script) {
    self.logLimit = logLimit
    state = Mutex(State(wake: wake, script: script))
  }

  var statistics: ModelServer.Statistics { state.withLock { $0.statistics } }
  var log: [ModelServer.Request] { state.withLock { $0.log } }
  var expectation: ModelServer.Expectation { state.withLock { $0.expectation } }

  func setScript(_ script: @escaping ModelServer.Script) { state.withLock { $0.script = script } }
  func setExpectation(_ expectation: ModelServer.Expectation) { state.withLock { $0.expectation = expectation } }
  func setAdmission(_ rule: @escaping @Sendable (Int) -> ModelServer.Admission) {
    state.withLock { $0.admission = rule }
  }
  func clearLog() { state.withLock { $0.log = [] } }

  /// Hands a command to the thread; after the end of the server nobody takes it.
  func post(_ command: Command) {
    state.withLock { state in
      guard let wake = state.wake else {
        if case .listen(let descriptor) = command { close(descriptor) }
        return
      }
      state.commands.append(command)
      if state.isWoken { return }
      state.isWoken = true
      var byte: UInt8 = 1
      _ = write(wake, &byte, 1)
    }
  }

  func takeCommands() -> [Command] {
    state.withLock { state in
      state.isWoken = false
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// The thread has ended: what was not taken is put away, and nothing more is.
  func shutWake() {
    let left = state.withLock { state in
      if let wake = state.wake { close(wake) }
      state.wake = nil
      defer { state.commands = [] }
      return state.commands
    }
    for case .listen(let descriptor) in left { close(descriptor) }
  }

  /// Numbers a request, notes it, and asks the script.
  func reply(to read: ReadRequest, connection: Int) -> (ModelServer.Request, ModelServer.Reply) {
    var key = Hasher()
    key.combine(read.method)
    key.combine(read.target)
    read.body.withUnsafeBytes { key.combine(bytes: $0) }
    let digest = key.finalize()
    let (request, script) = state.withLock { state in
      state.statistics.requests += 1
      state.times[digest, default: 0] += 1
      let request = ModelServer.Request(
        method: read.method, target: read.target, headers: read.headers, body: read.body,
        ordinal: state.statistics.requests, times: state.times[digest] ?? 1,
        inFlight: state.statistics.inFlight + 1, connection: connection)
      if state.log.count < logLimit { state.log.append(request) }
      return (request, state.script)
    }
    count { statistics in
      statistics.inFlight += 1
      statistics.mostInFlight = max(statistics.mostInFlight, statistics.inFlight)
    }
    return (request, script(request))
  }

  func admission(of connection: Int) -> ModelServer.Admission { state.withLock { $0.admission }(connection) }

  /// Changes the counts, and lets those go on who waited for what they are now.
  func count(_ change: (inout ModelServer.Statistics) -> Void) {
    let reached = state.withLock { state -> [Watcher] in
      change(&state.statistics)
      if state.watchers.isEmpty { return [] }
      let statistics = state.statistics
      let reached = state.watchers.filter { $0.condition(statistics) }
      state.watchers.removeAll { watcher in reached.contains { $0.id == watcher.id } }
      return reached
    }
    for watcher in reached { watcher.continuation.resume() }
  }

  func until(_ condition: @escaping @Sendable (ModelServer.Statistics) -> Bool) async {
    let id = state.withLock { state in
      state.lastWatcher += 1
      return state.lastWatcher
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReached = state.withLock { state in
          if Task.isCancelled || condition(state.statistics) { return true }
          state.watchers.append(Watcher(id: id, condition: condition, continuation: continuation))
          return false
        }
        if isReached { continuation.resume() }
      }
    } onCancel: {
      let watcher = state.withLock { state in
        state.watchers.firstIndex { $0.id == id }.map { state.watchers.remove(at: $0) }
      }
      watcher?.continuation.resume()
    }
  }
}
