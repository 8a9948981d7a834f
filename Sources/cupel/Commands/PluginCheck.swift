import ArgumentParser
import CupelTesting
import Documents
import Glibc
import JSON

/// `cupel plugin check`: the conformance checks of docs/abi.md, each in a process of its own.
struct PluginCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check whether a plugin keeps to the contract.",
    discussion: """
      Every check runs in a process of its own: a plugin that crashes or hangs fails one check. Ends with status 6 where a
      check failed, crashed or timed out.

      EXAMPLES
        cupel plugin check ./libcupel-mine.so
        cupel plugin check ./libcupel-replay.so --config '{"file": "replies.jsonl"}'
        cupel plugin check ./libcupel-png.so --sample photo.png
      """)

  @Argument(help: "The plugin's shared library.", completion: .file(extensions: ["so"])) var file: [String]

  @Option(help: "What its judge is opened with: a JSON object, or a file that holds one.") var config: String?

  @Option(help: "A file that its decoder reads.", completion: .file()) var sample: String?

  @Option(help: "How long one check may take, in seconds.") var timeout: Int = 20

  @Flag(help: .hidden) var runOne = false

  func validate() throws {
    if !runOne, file.count != 1 { throw ValidationError("name one plugin") }
    if !(1...3600).contains(timeout) {
      throw ValidationError("--timeout: \(timeout) is out of range; accepted: 1 to 3600")
    }
  }

  func run() throws {
    if runOne { Conformance.runChild(file) }
    let conformance = Conformance(
      file: file[0], config: try configuration(), sample: sample,
      childCommand: [try Self.executable(), "plugin", "check", "--run-one", "--"], deadlineMilliseconds: timeout * 1000)
    let width = Conformance.checks.map(\.name.count).max() ?? 0
    let findings = conformance.run { finding in
      let name = finding.check.padding(to: width), word = finding.outcome.word.padding(to: 9)
      let text = finding.outcome.isAcceptable ? finding.outcome.detail : finding.prose
      Console.print("\(word)  \(text.isEmpty ? finding.check : "\(name)  \(text)")")
      if !finding.outcome.isAcceptable, !finding.outcome.detail.isEmpty {
        Console.print("\("".padding(to: 11 + width + 2))\(finding.outcome.detail)")
      }
    }
    let bad = findings.filter { !$0.outcome.isAcceptable }
    let skipped = findings.count { $0.outcome.word == "skipped" }
    Console.print(
      "\(findings.count) checks: \(findings.count - bad.count - skipped) success, \(skipped) skipped, \(bad.count) not")
    if !bad.isEmpty {
      throw CommandFailure(.checkFailed, ["\(file[0]) does not keep to the contract (docs/abi.md)"])
    }
  }

  private func configuration() throws -> JSONValue? {
    guard let config else { return nil }
    return try asUsage {
      if config.hasPrefix("{") { return try JSONParser.parse(config) }
      return try Document.load(file: config).root.value
    }
  }

  private static func executable() throws -> String {
    guard let path = realpath("/proc/self/exe", nil) else {
      throw CommandFailure(.internalError, ["/proc/self/exe cannot be read, so no check can be started"])
    }
    defer { free(path) }
    return String(cString: path)
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
