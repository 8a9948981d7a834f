public import Configuration
import Grading
import Judging
import Media
import PluginHost
import Rubrics
import Synchronization

/// One state of rubrics and judges. A reload makes the next; requests that are under way finish with theirs.
public final class Generation: Sendable {
  /// Counted from 1.
  public let number: Int
  /// Configuration, plugins and rubrics.
  public let workbench: Workbench
  let media: MediaLoader
  /// The judges that a client may name: those that stand ready, then those of the configuration. What else `cupel grade --judge` takes,
  /// such as the address of a server, is not for strangers to say.
  public let judges: [JudgeSettings]
  /// The names of rubrics that a client may give; never a path.
  public let rubrics: [String]

  private struct State {
    var sessions: [Terms: Session] = [:]
    var judges: [String: Workbench.OpenedJudge] = [:]
  }
  private let state = Mutex(State())

  /// How many sessions are kept ready: a loop that sends a new seed with each step needs a new one each time.
  private static let maxSessions = 256

  /// The first generation, or one after another. `judges` stand ready besides those of the configuration, and go before them.
  public init(_ workbench: Workbench, number: Int = 1, judges: [Workbench.OpenedJudge] = []) {
    self.workbench = workbench
    self.number = number
    let names = Set(judges.map(\.settings.name))
    self.judges = judges.map(\.settings) + workbench.configuration.judges.filter { !names.contains($0.name) }
    rubrics = workbench.library.rubricNames()
    for judge in judges { state.withLock { $0.judges[judge.settings.name] = judge } }
    media = MediaLoader(decoders: workbench.host.decoders, limits: workbench.configuration.limits.media)
  }

  /// What judges on `terms`, made ready once and kept.
  public func session(on terms: Terms) throws(Fault) -> Session {
    if let session = state.withLock({ $0.sessions[terms] }) { return session }
    let session = try Session(terms, self)
    state.withLock { state in
      if state.sessions.count >= Self.maxSessions { state.sessions.removeAll() }
      state.sessions[terms] = session
    }
    return session
  }

  /// The judge that `name` stands for, opened once. nil where there is none and none was named.
  func judge(named name: String?) throws(JudgeProblem) -> Workbench.OpenedJudge? {
    if let judge = state.withLock({ $0.judges[name ?? "default"] }) { return judge }
    guard let settings = try workbench.settings(named: name) else { return nil }
    return try state.withLock { state throws(JudgeProblem) in
      if let judge = state.judges[settings.name] { return judge }
      let judge = try workbench.open(settings)
      state.judges[settings.name] = judge
      return judge
    }
  }
}
