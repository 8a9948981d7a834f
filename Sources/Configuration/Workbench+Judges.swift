import Documents
import JSON
public import Judging
public import PluginHost

/// Why a judge cannot be opened: what is wrong with its name, its plugin or its options.
public struct JudgeProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// One or more lines, each with its place where there is one.
  public let description: String
}

extension Workbench {
  /// A judge with what the configuration says of it.
  public struct OpenedJudge: Sendable {
    /// Takes no more calls at once than it was configured for, or where nothing is said than it says it takes.
    public let judge: LimitedJudge
    /// Its settings.
    public let settings: JudgeSettings

    /// A judge that stands ready, from wherever it comes.
    public init(judge: any Judge, settings: JudgeSettings) {
      self.judge = LimitedJudge(judge, limit: settings.maxInFlight ?? judge.description.maxInFlight)
      self.settings = settings
    }
  }

  /// The judge that `--judge` names: one of the configuration, or one of ``InlineJudge``. Without a name: the one called
  /// `default`, or the only one there is; nil when there are none.
  public func judge(named name: String?) throws(JudgeProblem) -> OpenedJudge? {
    guard let settings = try settings(named: name) else { return nil }
    return try open(settings)
  }

  /// Opens a judge.
  public func open(_ settings: JudgeSettings) throws(JudgeProblem) -> OpenedJudge {
    OpenedJudge(judge: try hosted(settings), settings: settings)
  }

  /// Opens a judge as the plugin gives it: without the limit of its settings, and able to be probed.
  public func hosted(_ settings: JudgeSettings) throws(JudgeProblem) -> HostedJudge {
    do throws(PluginFailure) {
      return try host.judge(plugin: settings.plugin, name: settings.name, config: .object(settings.options))
    } catch {
      throw JudgeProblem(description: explain(error, settings))
    }
  }

  /// The settings of the judge that a command names, found as in ``judge(named:)``.
  public func settings(named name: String?) throws(JudgeProblem) -> JudgeSettings? {
    let judges = configuration.judges
    guard let name else {
      if let standard = judges.first(where: { $0.name == "default" }) { return standard }
      guard judges.count > 1 else { return judges.first }
      let names = judges.map(\.name).joined(separator: ", ")
      throw JudgeProblem(description: "there are several judges; name one with --judge (configured: \(names))")
    }
    if let settings = judges.first(where: { $0.name == name }) { return settings }
    if let settings = try InlineJudge.settings(name) { return settings }
    let problem = Suggestion.unknown("judge", name, among: judges.map(\.name) + InlineJudge.forms)
    throw JudgeProblem(description: "\(problem); judges are configured in cupel.yaml")
  }

  /// What the plugin says of an option, at the line where the option stands.
  private func explain(_ failure: PluginFailure, _ settings: JudgeSettings) -> String {
    guard configuration.document != nil, !settings.path.description.isEmpty else { return failure.description }
    let found = OptionError(failure, judge: settings.name, plugin: settings.plugin)
    let path = found.path.map { "\(settings.path).options.\($0)" } ?? settings.path.description
    return configuration.locate(JSONError(found.message, path: path)).description
  }
}

/// A plugin's complaint about its options, taken apart into the place and the rest.
struct OptionError {
  /// A path into the options; nil when the complaint is about none.
  let path: String?
  let message: String

  init(_ failure: PluginFailure, judge: String, plugin: String) {
    // The host says whose complaint it is; where the place is known, that is said twice.
    let prefix = "judge '\(judge)' (plugin '\(plugin)'): "
    let text = failure.message.hasPrefix(prefix) ? String(failure.message.dropFirst(prefix.count)) : failure.message
    let head = text.prefix { $0 != ":" }
    let isPath = head.endIndex < text.endIndex && !head.isEmpty && !head.contains(" ") && !head.contains("/")
    path = isPath ? String(head) : nil
    message = isPath ? String(text[head.endIndex...].dropFirst(2)) : text
  }
}
