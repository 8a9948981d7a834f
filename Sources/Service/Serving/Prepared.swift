import Configuration
import Documents
import JSON

/// A configuration that has been looked at completely, before anything of it is in force.
struct Prepared {
  let generation: Generation
  let keys: KeyFile?
  let routes: [Route]
  var settings: ServeSettings { generation.workbench.configuration.serve }

  /// - Parameter engine: What the routes are going to judge with.
  init(_ generation: Generation, for engine: Engine) throws(ServeProblem) {
    let configuration = generation.workbench.configuration
    var problems = generation.problems()
    var routes: [Route] = []
    var keys: KeyFile?
    let page = MetricsPage(metrics: engine.metrics, engine: engine, log: nil, version: "")
    let own = PathTable(MethodTable(engine, configuration.serve, version: "").endpoints + [page.endpoint])
    for settings in configuration.serve.routes {
      do throws(JSONError) {
        if own.find(settings.path) != nil {
          throw JSONError(
            "Cupel itself answers at '\(settings.path)'; choose another path", path: settings.jsonPath.description)
        }
        routes.append(try Self.route(settings, engine, generation))
      } catch {
        problems.append(configuration.locate(error).description)
      }
    }
    for settings in configuration.serve.deceptive {
      do throws(JSONError) { try Self.checkDeceptive(settings, generation) } catch {
        problems.append(configuration.locate(error).description)
      }
    }
    if let path = configuration.serve.keysFile {
      do throws(KeyFileProblem) { keys = try KeyFile(path: path) } catch { problems.append(error.description) }
    }
    guard problems.isEmpty else { throw ServeProblem(problems) }
    (self.generation, self.routes, self.keys) = (generation, routes, keys)
  }

  private static func route(
    _ settings: RouteSettings, _ engine: Engine, _ generation: Generation
  ) throws(JSONError) -> Route {
    let route = try Route(settings, engine)
    do throws(Fault) { try route.check(in: generation) } catch {
      throw JSONError(error.message, path: settings.jsonPath.description)
    }
    return route
  }

  private static func checkDeceptive(_ settings: DeceptiveSettings, _ generation: Generation) throws(JSONError) {
    let route = try DeceptiveRoute(settings)
    do throws(Fault) { try route.check(in: generation) } catch {
      throw JSONError(error.message, path: settings.jsonPath["judge"].description)
    }
  }

  /// What is unsafe about it; nothing that keeps it from serving.
  var warnings: [String] {
    let routes = settings.deceptive.map(\.path)
    let deceptive =
      routes.isEmpty ? nil : "\(routes.joined(separator: ", ")): critics that may mislead answer here (serve.deceptive)"
    return [keys?.warning, deceptive, jobsForAnyone].compactMap { $0 }
  }

  /// Jobs take an administrator's key, where there are keys.
  private var jobsForAnyone: String? {
    guard keys == nil, settings.isForAnyone, settings.jobs.directory != nil else { return nil }
    return
      "anyone who reaches \(settings.listen) may start and end jobs, which call judges, and change what judgments are calibrated by: there are no "
      + "API keys (serve.without_keys); name a file of keys (serve.keys_file), or leave out serve.jobs.directory"
  }

  /// Refuses to let anyone in who can reach the machine, unless that is said to be wanted.
  func checkAddress() throws(ServeProblem) {
    guard keys == nil, !settings.listen.isLoopback, !settings.isForAnyone else { return }
    throw ServeProblem([
      "\(settings.listen) can be reached by other machines, and there are no API keys; name a file of them "
        + "(serve.keys_file), listen on 127.0.0.1, or pass --without-keys (serve.without_keys: true) if anyone may ask"
    ])
  }
}
