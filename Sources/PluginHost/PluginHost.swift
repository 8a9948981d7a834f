public import JSON
import Judging
public import Media
import PluginBridge
import Wire

/// The plugins of a process: found, checked, loaded, and never unloaded. One that is bad never keeps the others from loading;
/// it is in ``failures``.
public final class PluginHost: Sendable {
  /// What was loaded, in the order it was found.
  public let plugins: [PluginInfo]
  /// What was not, and why.
  public let failures: [PluginFailure]
  private let loaded: [LoadedPlugin]

  /// Loads every plugin that `search` finds.
  public init(_ search: PluginSearch = .standard()) {
    let (files, placeFailures) = search.candidates()
    var failures = placeFailures
    var loaded: [LoadedPlugin] = []
    for file in files {
      do throws(PluginFailure) {
        let plugin = try LoadedPlugin.load(file)
        if loaded.contains(where: { $0 === plugin }) { continue }
        if let other = loaded.first(where: { $0.info.id == plugin.info.id }) {
          throw PluginFailure(
            file: file, "its id '\(plugin.info.id)' is taken by \(other.info.file); remove one of the two files")
        }
        loaded.append(plugin)
      } catch {
        failures.append(error)
      }
    }
    self.loaded = loaded
    self.failures = failures
    plugins = loaded.map(\.info)
  }

  /// The decoders of all plugins, in the order the plugins were found.
  public func decoders(_ place: DecodingPlace) -> [any MediaDecoder] {
    loaded.compactMap { plugin in
      guard let table = plugin.decoder else { return nil }
      let call = DecoderCall(pluginID: plugin.info.id, table: table)
      switch place {
      case .inProcess: return HostedDecoder(pluginID: plugin.info.id, call: call, workers: nil)
      case .workers(let program):
        return HostedDecoder(
          pluginID: plugin.info.id, call: call, workers: WorkerPool(program: program, plugin: plugin.info))
      }
    }
  }

  /// Why decoders cannot work there: starts a worker for each and ends it again.
  public func problems(of place: DecodingPlace) -> [PluginFailure] {
    guard case .workers(let program) = place else { return [] }
    return loaded.filter { $0.decoder != nil }.compactMap { plugin in
      do throws(Unscored) {
        try WorkerProcess.start(program, plugin.info).end()
        return nil
      } catch {
        return PluginFailure(file: plugin.info.file, error.message)
      }
    }
  }

  /// Opens a judge.
  ///
  /// - Parameters:
  ///   - id: The plugin's id. An unknown one is a failure that lists those that are there.
  ///   - name: What the judge is called from now on.
  ///   - config: The plugin's own options, an object. What the plugin dislikes about it is a failure in the plugin's words.
  public func judge(
    plugin id: String, name: String, config: JSONValue = .object(JSONObject())
  ) throws(PluginFailure) -> HostedJudge {
    let judges = loaded.filter { $0.judge != nil }
    guard let plugin = judges.first(where: { $0.info.id == id }) else {
      throw PluginFailure(Suggestion.unknown("judge plugin", id, among: judges.map(\.info.id)) + notLoaded(id))
    }
    return try JudgeOpener(plugin: plugin, name: name).open(config)
  }

  /// A plugin that is there but could not be loaded is probably the one that is meant.
  private func notLoaded(_ id: String) -> String {
    failures.filter { $0.file?.hasSuffix("\(id).so") == true }.map { "; \($0)" }.joined()
  }
}
