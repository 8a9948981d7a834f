import Configuration
import PluginHost
import Service

/// What `cupel serve` does, from its arguments to its exit status.
struct ServeRun {
  private let arguments: Serve

  private enum Signal: Sendable {
    case stop
    case hangUp
  }

  init(_ arguments: Serve) { self.arguments = arguments }

  func run() async throws {
    let (signals, told) = AsyncStream.makeStream(of: Signal.self)
    let descriptors = Descriptors.raise()
    let workbench = try start()
    let server = try serving { () throws(ServeProblem) in try JudgeServer(workbench, version: Cupel.version) }
    // Before anybody is told that it is ready, so that what is sent then finds somebody who takes it.
    Interrupts.take { _ in told.yield(.stop) }
    Interrupts.takeHangUps { told.yield(.hangUp) }
    for warning in server.warnings { Console.warn(warning) }
    let connections = workbench.configuration.serve.limits.maxConnections
    if descriptors < connections {
      Console.warn(
        "serve.limits.max_connections is \(connections), and the system allows this process \(descriptors) open files (ulimit "
          + "-n, LimitNOFILE): connections beyond that, calls to judges included, will fail")
    }
    Console.print("cupel: listening on http://\(server.address)")
    for await signal in signals {
      guard case .hangUp = signal else { break }
      reload(server, workbench)
    }
    Console.note("stopping; requests in flight may finish")
    guard await server.stop() else {
      throw CommandFailure(.cutOff, ["requests were still in flight after serve.drain_ms and have been ended"])
    }
  }

  private func start() throws -> Workbench {
    let workbench = Workbench(try configuration(), plugins: arguments.places.plugins, rubrics: arguments.places.rubrics)
    let place = workbench.configuration.decodingPlace
    for failure in workbench.host.failures + workbench.host.problems(of: place) { Console.warn("plugin \(failure)") }
    if place == .inProcess { Console.warn(DecodingPlace.warning) }
    return workbench
  }

  /// What the file says, and then the command line.
  private func configuration() throws -> Configuration {
    var configuration = try asUsage { try Configuration.find(named: arguments.places.config) }
    if let listen = arguments.listen {
      guard let address = ListenAddress(listen) else {
        throw CommandFailure.usage("--listen: \(ListenAddress.problem(with: listen))")
      }
      configuration.serve.listen = address
    }
    if let file = arguments.keysFile { configuration.serve.keysFile = file }
    if arguments.withoutKeys { configuration.serve.isForAnyone = true }
    return configuration
  }

  /// Says how it went, and goes on serving either way.
  private func reload(_ server: JudgeServer, _ started: Workbench) {
    server.reopenLog()
    do {
      let configuration = try configuration()
      if configuration.plugins != started.configuration.plugins {
        Console.warn("plugins has changed, which takes effect with the next start")
      }
      let workbench = started.reloaded(configuration, rubrics: arguments.places.rubrics)
      for note in try serving({ () throws(ServeProblem) in try server.reload(workbench) }) { Console.warn(note) }
      Console.note("reloaded; this is generation \(server.generation)")
    } catch {
      let lines = (error as? CommandFailure)?.messages ?? ["\(error)"]
      for line in lines { Console.error("reload: \(line)") }
      Console.error("reload: nothing has changed; generation \(server.generation) goes on")
    }
  }

  private func serving<Value>(_ body: () throws(ServeProblem) -> Value) throws -> Value {
    do { return try body() } catch { throw CommandFailure(.usage, error.lines) }
  }
}
