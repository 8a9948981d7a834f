internal import Glibc
public import JSON

/// Checks whether a plugin keeps to the contract (docs/abi.md): named checks, each in a process of its own, so that a plugin that
/// crashes or hangs fails one check and not the program that asks.
public struct Conformance: Sendable {
  /// The plugin.
  public var file: String
  /// The configuration that its judge is opened with; nil: an empty one, and a judge that needs more is not checked.
  public var config: JSONValue?
  /// A file that the plugin's decoder reads; nil: one that is built in, if it reads one of those.
  public var sample: String?
  /// A program that calls ``runChild(_:)`` with the arguments after these: `["/usr/bin/cupel", "plugin", "check", "--run-one"]`.
  public var childCommand: [String]
  /// How long one check may take.
  public var deadlineMilliseconds: Int

  /// Checks of one plugin.
  public init(
    file: String, config: JSONValue? = nil, sample: String? = nil, childCommand: [String],
    deadlineMilliseconds: Int = 20_000
  ) {
    self.file = file
    self.config = config
    self.sample = sample
    self.childCommand = childCommand
    self.deadlineMilliseconds = deadlineMilliseconds
  }

  /// How one check ended.
  public enum Outcome: Sendable, Hashable {
    case success
    /// The plugin broke the contract, in these words.
    case failed(String)
    /// The process died of this signal, or ended before the check did.
    case crashed(String)
    /// The process was still busy at the deadline.
    case timedOut
    /// The check does not apply, for this reason.
    case skipped(String)

    /// The outcome in one word: success, failed, crashed, timed out, skipped.
    public var word: String {
      switch self {
      case .success: "success"
      case .failed: "failed"
      case .crashed: "crashed"
      case .timedOut: "timed out"
      case .skipped: "skipped"
      }
    }

    /// The rest of what there is to say; empty where the word says it all.
    public var detail: String {
      switch self {
      case .success, .timedOut: ""
      case .failed(let text), .crashed(let text), .skipped(let text): text
      }
    }

    /// Whether the plugin may be used in spite of it.
    public var isAcceptable: Bool {
      switch self {
      case .success, .skipped: true
      case .failed, .crashed, .timedOut: false
      }
    }
  }

  /// One check and how it ended.
  public struct Finding: Sendable, Hashable {
    /// The check's name: `judge-replies-once`.
    public let check: String
    /// What the contract asks for, in one sentence.
    public let prose: String
    /// How it ended.
    public let outcome: Outcome
  }

  /// The names of all checks with their prose, in the order in which they run.
  public static var checks: [(name: String, prose: String)] { ConformanceCheck.all.map { ($0.name, $0.prose) } }

  /// Runs the checks one after the other; `report` hears of each as it ends.
  ///
  /// - Parameter names: The checks to run; nil: all.
  public func run(only names: Set<String>? = nil, report: (Finding) -> Void = { _ in }) -> [Finding] {
    ConformanceCheck.all.filter { names?.contains($0.name) ?? true }.map { check in
      let finding = Finding(check: check.name, prose: check.prose, outcome: run(check))
      report(finding)
      return finding
    }
  }

  private func run(_ check: ConformanceCheck) -> Outcome {
    do {
      var options = JSONObject()
      options["config"] = config
      options["sample"] = sample.map { .string($0) }
      let arguments = [check.name, file, try JSONWriter.compact(.object(options))]
      let child = try ChildProcess.run(childCommand + arguments, deadlineMilliseconds: deadlineMilliseconds)
      return Self.outcome(child)
    } catch {
      return .failed("the check could not be started: \(error)")
    }
  }

  private static func outcome(_ child: ChildProcess) -> Outcome {
    switch child.end {
    case .timedOut: return .timedOut
    case .signalled(let signal): return .crashed(name(ofSignal: signal) + tail(child.errorOutput))
    case .exited(let code):
      // The result is a line with a mark; without it the plugin has ended the process itself.
      guard let line = child.output.split(separator: "\n").last(where: { $0.hasPrefix(resultMark) }) else {
        return .crashed("the process ended with status \(code) in the middle of the check" + tail(child.errorOutput))
      }
      let words = line.dropFirst(resultMark.count).split(separator: " ", maxSplits: 1).map(String.init)
      let detail = words.count > 1 ? words[1] : ""
      switch words.first {
      case "success": return .success
      case "skipped": return .skipped(detail)
      default: return .failed(detail)
      }
    }
  }

  /// What the process said last, which for an assertion is what went wrong.
  private static func tail(_ errorOutput: String) -> String {
    errorOutput.split(separator: "\n").last.map { ": \($0.prefix(300))" } ?? ""
  }

  private static func name(ofSignal signal: Int32) -> String {
    switch signal {
    case SIGABRT: "SIGABRT"
    case SIGSEGV: "SIGSEGV"
    case SIGBUS: "SIGBUS"
    case SIGILL: "SIGILL"
    case SIGFPE: "SIGFPE"
    case SIGTRAP: "SIGTRAP"
    case SIGKILL: "SIGKILL"
    case SIGPIPE: "SIGPIPE"
    default: "signal \(signal)"
    }
  }

  static let resultMark = "cupel-check-result: "

  /// The body of the child process: runs the check that `arguments` (name, file, options) ask for, writes its result to
  /// standard output, and ends the process.
  public static func runChild(_ arguments: [String]) -> Never {
    // A crash is a result here, not something to keep a core file of.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    let result: String
    if arguments.count >= 2, let check = ConformanceCheck.all.first(where: { $0.name == arguments[0] }) {
      let subject = ConformanceSubject(file: arguments[1], options: arguments.count > 2 ? arguments[2] : "{}")
      switch Result(catching: { () throws(ConformanceCheck.End) in try check.body(subject) }) {
      case .success: result = "success"
      case .failure(.failed(let why)): result = "failed \(why)"
      case .failure(.skipped(let why)): result = "skipped \(why)"
      }
    } else {
      result = "failed unknown check; accepted: \(ConformanceCheck.all.map(\.name).joined(separator: ", "))"
    }
    let line = "\n" + resultMark + result.replacing("\n", with: " ") + "\n"
    var bytes = Array(line.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
      if count <= 0 { break }
      bytes = bytes.dropFirst(count)
    }
    // Without the exit handlers: what the plugin left running must not change the result.
    _exit(0)
  }
}
