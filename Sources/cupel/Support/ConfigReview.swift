import Configuration
import Documents
import JSON
import Judging
import PluginHost
import Rubrics
import Service

/// What is in force, and everything that is wrong with it.
struct ConfigReview {
  private(set) var lines: [String] = []
  private(set) var problems: [String] = []

  init(_ workbench: Workbench) {
    let configuration = workbench.configuration
    lines.append("configuration: \(configuration.document?.name ?? "none, the defaults are in force")")
    addPlugins(workbench.host)
    addDecoding(workbench)
    addJudges(workbench)
    addFolders("rubrics", configuration.rubrics, configuration)
    addFolders("media.roots", configuration.media.roots, configuration)
    addRubrics(workbench.library)
    lines.append("limits:")
    for (name, value) in configuration.limits.named { lines.append("  \(name): \(value)") }
    addServer(workbench)
  }

  private mutating func addServer(_ workbench: Workbench) {
    let serve = workbench.configuration.serve
    let keys = serve.keysFile.map { "keys of \($0)" } ?? "no keys"
    lines.append("serve: \(serve.listen), \(keys)")
    for route in serve.routes {
      let judge = route.judge.map { ", judge \($0)" } ?? ""
      let reward = route.reward == .score ? "" : ", reward \(route.reward.rawValue)"
      lines.append(
        "  \(route.path): \(route.dialect), rubric \(route.rubric)\(judge)\(reward), on failure \(route.onFailure)")
    }
    for route in serve.deceptive {
      let judge = route.judge.map { ", judge \($0)" } ?? ""
      lines.append("  \(route.path): DECEPTIVE, \(route.intent), knowledge \(route.knowledge)\(judge)")
    }
    problems += JudgeServer.problems(workbench).filter { !problems.contains($0) }
  }

  private mutating func addPlugins(_ host: PluginHost) {
    lines.append("plugins:" + (host.plugins.isEmpty ? " none" : ""))
    for plugin in host.plugins { lines.append("  \(plugin.id) \(plugin.version): \(plugin.file)") }
    problems += host.failures.map { "plugin \($0)" }
  }

  private mutating func addDecoding(_ workbench: Workbench) {
    switch workbench.configuration.decodingPlace {
    case .inProcess: lines.append("decode: in_process (unsafe, for debugging)")
    case .workers(let program): lines.append("decode: workers of \(program)")
    }
    problems += workbench.host.problems(of: workbench.configuration.decodingPlace).map { "plugin \($0)" }
  }

  private mutating func addJudges(_ workbench: Workbench) {
    let judges = workbench.configuration.judges
    lines.append("judges:" + (judges.isEmpty ? " none (--judge replay=FILE works without configuration)" : ""))
    for settings in judges {
      do throws(JudgeProblem) {
        let about = try workbench.open(settings).judge.description
        let limits = [
          settings.maxInFlight.map { "at most \($0) in flight" },
          settings.timeoutMilliseconds.map { "timeout \($0) ms" },
          settings.then.isEmpty ? nil : "then \(settings.then.joined(separator: ", "))",
        ].compactMap { $0 }
        let facts = [about.kind.rawValue, about.model.map { "model \($0)" }].compactMap { $0 } + limits
        lines.append("  \(settings.name): plugin \(settings.plugin), \(facts.joined(separator: ", "))")
      } catch {
        lines.append("  \(settings.name): cannot be opened")
        problems.append(error.description)
      }
      for path in settings.calibrations {
        do throws(DocumentError) { _ = try CalibrationFile(path) } catch { problems.append("\(error)") }
      }
    }
  }

  private mutating func addFolders(_ field: String, _ folders: [String], _ configuration: Configuration) {
    for (place, folder) in folders.enumerated() {
      if realPath(folder) == nil {
        problems.append(
          configuration.locate(JSONError("there is no folder '\(folder)'", path: "\(field)[\(place)]")).description)
      } else {
        lines.append("\(field)[\(place)]: \(folder)")
      }
    }
  }

  private mutating func addRubrics(_ library: RubricLibrary) {
    let entries = library.list()
    lines.append("rubrics: \(entries.count) can be asked for by name")
    for entry in entries {
      if case .failure(let errors) = entry.rubric { problems += errors.errors.map(\.description) }
    }
  }
}
