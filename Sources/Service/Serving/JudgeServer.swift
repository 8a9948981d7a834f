public import Configuration
import Documents
import HTTPServing
import JSON
import Synchronization

/// The judge server as a whole: everything that stands between a configuration and answered requests.
public final class JudgeServer: Sendable {
  /// Where it listens; the port is the real one, also where any free one was asked for.
  public let address: ListenAddress
  /// What is unsafe or unused about the configuration, one line each; nothing that keeps it from serving.
  public let warnings: [String]
  private let engine: Engine
  private let metrics: Metrics
  private let log: RequestLog?
  private let keys: KeyRing
  private let office: JobOffice?
  private let standing: Standing
  private let server: HTTPServer
  private let started: ServeSettings
  private let version: String
  private let drainMilliseconds: Mutex<Int>

  /// Checks everything that the configuration says, and then listens.
  ///
  /// - Parameters:
  ///   - version: What the server says of itself.
  ///   - judges: Stand ready besides those of the configuration.
  public init(
    _ workbench: Workbench, version: String, judges: [Workbench.OpenedJudge] = []
  ) throws(ServeProblem) {
    self.version = version
    started = workbench.configuration.serve
    drainMilliseconds = Mutex(started.drainMilliseconds)
    metrics = Metrics(maxRuns: started.maxRuns)
    let premises: JobOffice.Premises?
    do throws(JobDirectoryProblem) { premises = try JobOffice.Premises(started.jobs) } catch {
      throw ServeProblem([error.description])
    }
    let activated = premises?.activations.files
    engine = Engine(Generation(workbench, judges: judges, activated: activated), metrics: metrics)
    let prepared = try Prepared(engine.generation, for: engine)
    try prepared.checkAddress()
    office = premises.map { [engine] in JobOffice($0, engine) }
    warnings = prepared.warnings + (office?.problems ?? [])
    do throws(LogFile.Problem) { log = try RequestLog.open(started.log) } catch {
      let path = JSONPath()["serve"]["log"].description
      let found = JSONError(error.description, path: path)
      throw ServeProblem([workbench.configuration.locate(found).description])
    }
    if let log { metrics.observeDrift { log.add($1, of: $0) } }
    keys = KeyRing(prepared.keys)
    standing = Standing()
    standing.replace(with: Self.front(prepared, engine, keys, standing, metrics, log, office, version: version))
    do throws(ServerError) {
      server = try HTTPServer(ServerOptions(started), standing)
    } catch {
      throw ServeProblem([error.description])
    }
    var address = started.listen
    address.port = server.port
    self.address = address
    office?.jobs.begin()
  }

  /// Serves with another state of rubrics, judges, routes and keys from now on. Requests under way finish with theirs.
  ///
  /// Where something is wrong with it, nothing changes.
  ///
  /// - Returns: what it says that cannot change without a restart, one line each, and warnings.
  public func reload(_ workbench: Workbench) throws(ServeProblem) -> [String] {
    guard let office else { return try change(to: workbench) }
    let notes = try office.changing.withLock { _ throws(ServeProblem) in try change(to: workbench) }
    office.jobs.apply(workbench.configuration.serve.jobs)
    return notes
  }

  private func change(to workbench: Workbench) throws(ServeProblem) -> [String] {
    let prepared: Prepared
    do throws(ServeProblem) {
      prepared = try Prepared(Generation(workbench, after: engine.generation), for: engine)
      try prepared.checkAddress()
    } catch {
      metrics.reloaded(engine.generation.number, isGood: false)
      throw error
    }
    keys.replace(with: prepared.keys)
    engine.replace(with: prepared.generation)
    standing.replace(with: Self.front(prepared, engine, keys, standing, metrics, log, office, version: version))
    drainMilliseconds.withLock { $0 = prepared.settings.drainMilliseconds }
    metrics.keep(runs: prepared.settings.maxRuns)
    metrics.reloaded(prepared.generation.number, isGood: true)
    return prepared.warnings + prepared.settings.needingRestart(since: started)
  }

  /// Opens the file of the request log again: what keeps logs short has renamed it. Where that fails, the old one goes on.
  public func reopenLog() { log?.reopen() }

  /// The state of rubrics and judges that new requests are judged with, counted from 1.
  public var generation: Int { engine.generation.number }

  /// Takes nothing new, lets what is in flight finish for as long as the configuration says, and ends the rest. False where
  /// something had to be ended.
  public func stop() async -> Bool {
    // First of all: whoever is told that the server is not ready can rely on jobs not calling a judge any more.
    office?.jobs.stop()
    standing.stop()
    engine.stop()
    server.stopListening()
    let milliseconds = drainMilliseconds.withLock { $0 }
    async let jobs: Void? = office?.jobs.drain(milliseconds: milliseconds)
    let isDone = await server.drain(milliseconds: milliseconds)
    await jobs
    if !isDone { engine.cancelAll() }
    server.close()
    log?.close()
    return isDone
  }

  /// Everything that keeps a server from being started with `workbench`, one line each.
  public static func problems(_ workbench: Workbench) -> [String] {
    let generation = Generation(workbench)
    do throws(ServeProblem) {
      try Prepared(generation, for: Engine(generation, metrics: Metrics())).checkAddress()
      return JobDirectory.problem(with: workbench.configuration.serve.jobs.directory).map { [$0] } ?? []
    } catch {
      return error.lines
    }
  }

  private static func front(
    _ prepared: Prepared, _ engine: Engine, _ keys: KeyRing, _ standing: Standing, _ metrics: Metrics,
    _ log: RequestLog?, _ office: JobOffice?, version: String
  ) -> Front {
    var settings = Front.Settings()
    settings.timeoutMilliseconds = prepared.settings.timeoutMilliseconds
    settings.origins = prepared.settings.corsOrigins
    let serve = prepared.settings
    let isForThisMachine = prepared.keys == nil && serve.listen.isLoopback && !serve.isForAnyone
    settings.authenticate = { (head) throws(Fault) in
      if isForThisMachine { try OwnNames.check(head) }
      return try keys.holder(for: head)
    }
    settings.keepsBodies = log?.includesText ?? false
    settings.observe = { answered in
      metrics.answered(answered)
      log?.add(answered)
    }
    let methods = MethodTable(engine, prepared.settings, version: version, office: office) { standing.isStopping }
    let page = MetricsPage(metrics: metrics, engine: engine, log: log, office: office, version: version)
    return Front(methods.endpoints + [page.endpoint] + prepared.routes.map(\.endpoint), settings: settings)
  }
}
