import ArgumentParser
import Configuration
import CupelTesting
import JSON
import PluginHost

/// `cupel plugin check`: the conformance checks of CupelTesting, each in a process of its own.
struct PluginCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check whether a plugin keeps to the ABI.",
    discussion: """
      Runs named checks, each in a process of its own: a plugin that crashes or hangs fails one check, not the command. \
      A judge that needs options to be opened is given them with --options.

      EXAMPLES
        cupel plugin check ./libmine.so
        cupel plugin check png
        cupel plugin check replay --options '{"file": "replies.jsonl"}'
        cupel plugin check ./libmine.so --sample picture.mine --only decoder-decodes
      """)

  @Argument(help: "The file of a plugin, or the id of one that 'cupel plugin list' shows.", completion: .file())
  var plugin: String

  @Option(help: "What the plugin's judge is opened with, as JSON.")
  var options: String?

  @Option(help: "A file that the plugin's decoder reads.", completion: .file())
  var sample: String?

  @Option(parsing: .singleValue, help: "Run only the check of this name; can be given several times.")
  var only: [String] = []

  @Option(help: "How long one check may take, in milliseconds.")
  var timeoutMs = 20_000

  @OptionGroup(title: "Where things are") var places: PlaceOptions

  /// What stands before the arguments of a check in the command line of its process.
  static let childArguments = ["plugin", "check", "--run-one"]

  func validate() throws {
    if timeoutMs < 1 { throw ValidationError("--timeout-ms \(timeoutMs): must be at least 1") }
    let names = Conformance.checks.map(\.name)
    for name in only where !names.contains(name) {
      throw ValidationError("--only: \(Suggestion.unknown("check", name, among: names))")
    }
  }

  func run() throws {
    guard let program = realPath("/proc/self/exe") else {
      throw CommandFailure(.internalError, ["/proc is not available"])
    }
    let conformance = Conformance(
      file: try file(), config: try options.map { text in try asUsage { try JSONParser.parse(text) } }, sample: sample,
      childCommand: [program] + Self.childArguments, deadlineMilliseconds: timeoutMs)
    let findings = conformance.run(only: only.isEmpty ? nil : Set(only)) { finding in
      Console.print("\(finding.outcome.word.padded(to: 9))  \(finding.check): \(finding.prose)")
      if !finding.outcome.detail.isEmpty { Console.print("           \(finding.outcome.detail)") }
    }
    let bad = findings.filter { !$0.outcome.isAcceptable }
    guard bad.isEmpty else {
      throw CommandFailure(
        .checkFailed, ["\(bad.count) of \(findings.count) checks: \(bad.map(\.check).joined(separator: ", "))"])
    }
    let skipped = findings.count { if case .skipped = $0.outcome { true } else { false } }
    Console.print("all is well: \(findings.count - skipped) checks passed, \(skipped) do not apply")
  }

  /// The file of the plugin with this id, or at this path.
  private func file() throws -> String {
    var ids: [String] = []
    if !plugin.contains("/") {
      let plugins = try Workbench.standing(at: places).host.plugins
      if let found = plugins.first(where: { $0.id == plugin }) { return found.file }
      ids = plugins.map(\.id)
    }
    if let path = realPath(plugin) { return path }
    if plugin.contains("/") || plugin.hasSuffix(".so") {
      throw CommandFailure.usage("\(plugin): there is no such file")
    }
    throw CommandFailure.usage(Suggestion.unknown("plugin", plugin, among: ids))
  }
}

extension String {
  /// With spaces after it, up to `width` characters.
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
