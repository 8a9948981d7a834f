import Documents
import JSON
public import Judging
import PluginHost
public import Rubrics

extension Workbench {
  /// The plugin that computes `check` criteria.
  public static let checksPlugin = "checks"

  /// The judge that computes the checks of `rubric`; nil when it has none.
  ///
  /// - Throws: with the line of the rubric file, when a check is not understood.
  public func checks(of rubric: Rubric) throws(JudgeProblem) -> (any Judge)? {
    let checked = rubric.checked
    guard !checked.isEmpty else { return nil }
    let criteria = checked.map { ["name": .string($0.name), "check": $0.check ?? .null] as JSONValue }
    do throws(PluginFailure) {
      return try host.judge(plugin: Self.checksPlugin, name: Self.checksPlugin, config: ["criteria": .array(criteria)])
    } catch {
      throw JudgeProblem(description: explain(error, rubric))
    }
  }

  /// A complaint about the n-th check is one about some criterion of the file: the plugin is told of the checks only.
  private func explain(_ failure: PluginFailure, _ rubric: Rubric) -> String {
    let found = OptionError(failure, judge: Self.checksPlugin, plugin: Self.checksPlugin)
    guard let path = found.path, path.hasPrefix("criteria["), let close = path.firstIndex(of: "]"),
      let number = Int(path[path.index(path.startIndex, offsetBy: 9)..<close]), rubric.checked.indices.contains(number),
      let place = rubric.criteria.firstIndex(where: { $0.name == rubric.checked[number].name }),
      let document = try? Document.load(file: rubric.file)
    else { return "\(rubric.file): \(failure.message)" }
    let inFile = "criteria[\(place)]\(path[path.index(after: close)...])"
    return document.locate(JSONError(found.message, path: inFile)).description
  }
}
