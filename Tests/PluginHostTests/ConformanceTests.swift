import CupelTesting
import Foundation
import JSON
import Testing

/// Every bad plugin ends the check that is meant for it in the way that fits, and the good ones end none.
@Suite struct ConformanceTests {
  /// Beside the test executable, where the package's products are.
  static let child = [
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path + "/cupel-check-child"
  ]

  static func findings(
    _ file: String, config: JSONValue? = nil, sample: String? = nil, deadline: Int = 60_000, only: Set<String>? = nil
  ) -> [String: Conformance.Outcome] {
    let conformance = Conformance(
      file: file, config: config, sample: sample, childCommand: child, deadlineMilliseconds: deadline)
    let findings = conformance.run(only: only)
    return Dictionary(uniqueKeysWithValues: findings.map { ($0.check, $0.outcome) })
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let plugin: String
    let check: String
    /// The word, and a piece of the detail.
    let word: String
    let detail: String
    var deadline = 60_000
    var testDescription: String { "\(plugin): \(check)" }
  }

  static let cases: [Case] = [
    Case(plugin: "no_entry", check: "exports", word: "failed", detail: "cupel_plugin_entry is not exported"),
    Case(plugin: "no_entry", check: "loads", word: "failed", detail: "not a Cupel plugin"),
    Case(plugin: "exports_more", check: "exports", word: "failed", detail: "cupel_helper can be seen from outside"),
    Case(plugin: "exports_more", check: "loads", word: "success", detail: ""),
    Case(plugin: "short_struct", check: "loads", word: "failed", detail: "its descriptor is too short"),
    Case(plugin: "future_major", check: "loads", word: "failed", detail: "was built for ABI 2.3"),
    Case(plugin: "missing_slot", check: "loads", word: "failed", detail: "lacks 'capability'"),
    Case(plugin: "missing_judge_slot", check: "judge-opens", word: "failed", detail: "lacks 'submit'"),
    Case(plugin: "start_fails", check: "loads", word: "failed", detail: "no device was found"),
    Case(plugin: "any_capability", check: "capability-ids", word: "failed", detail: "capability(\"\") is not NULL"),
    Case(plugin: "aborts_in_open", check: "loads", word: "success", detail: ""),
    Case(plugin: "aborts_in_open", check: "judge-opens", word: "crashed", detail: "SIGABRT"),
    Case(plugin: "ignores_config", check: "judge-refuses-bad-config", word: "failed", detail: "was accepted"),
    Case(
      plugin: "exits_in_describe", check: "judge-describes", word: "crashed",
      detail: "the process ended with status 0 in the middle of the check"),
    Case(plugin: "bad_description", check: "judge-describes", word: "failed", detail: "unknown value 'scorign'"),
    Case(plugin: "hangs_in_submit", check: "judge-replies-once", word: "timed out", detail: "", deadline: 1_500),
    Case(
      plugin: "replies_twice", check: "judge-replies-once", word: "failed",
      detail: "a call was answered 2 times; it must be exactly once"),
    Case(
      plugin: "fails_after_reply", check: "judge-replies-once", word: "failed",
      detail: "submit failed and the call was answered all the same"),
    Case(plugin: "never_replies", check: "judge-replies-once", word: "timed out", detail: "", deadline: 1_500),
    Case(plugin: "never_replies", check: "judge-cancels", word: "timed out", detail: "", deadline: 1_500),
    Case(
      plugin: "never_replies", check: "judge-close-answers", word: "failed",
      detail: "a call was answered 0 times when close had returned"),
    Case(
      plugin: "replies_after_close", check: "judge-close-answers", word: "failed",
      detail: "a call was answered 0 times when close had returned"),
    Case(plugin: "aborts_in_close", check: "judge-opens", word: "crashed", detail: "SIGABRT"),
    Case(
      plugin: "broken_images", check: "decoder-probes", word: "failed", detail: "probe of an empty file is -5, not 0"),
    Case(
      plugin: "broken_images", check: "decoder-refuses-garbage", word: "failed", detail: "was decoded without an error"),
    Case(plugin: "good", check: "decoder-decodes", word: "skipped", detail: "the plugin offers no cupel.decoder/1"),
    Case(plugin: "good", check: "judge-cancels", word: "skipped", detail: "the judge has no cancel"),
  ]

  @Test(arguments: cases) func aBadPluginEndsTheCheckMeantForIt(expected: Case) throws {
    let findings = Self.findings(Built.plugin(expected.plugin), deadline: expected.deadline, only: [expected.check])
    let outcome = try #require(findings[expected.check])
    #expect(outcome.word == expected.word, "\(outcome)")
    #expect(expected.detail.isEmpty ? outcome.detail.isEmpty : outcome.detail.contains(expected.detail), "\(outcome)")
  }

  @Test func aFileThatIsNoLibrary() throws {
    let cut = try Built.file("cut-for-check.so", ELFTests.good.prefix(5000))
    #expect(
      Self.findings(cut, only: ["file"])["file"]?.detail.hasPrefix("is truncated or damaged: ")
        == true)
    let missing = Self.findings("/nonexistent.so", only: ["file", "loads"])
    #expect(missing["file"] == .failed("cannot be read: No such file or directory"))
    #expect(missing["loads"] == .failed("cannot be read: No such file or directory"))
  }

  static let shipped: [(name: String, file: String, config: JSONValue?)] = [
    ("good", Built.plugin("good"), nil),
    ("template", (try? TemplateTests.library.get()) ?? "", ["min_words": 3]),
    ("png", library("png"), nil),
    ("checks", library("checks"), nil),
    ("checks", library("checks"), ["criteria": [["name": "says-paris", "check": ["contains": "Paris"]]]]),
    ("replay", library("replay"), ["file": .string(recording)]),
  ]

  private static func library(_ name: String) -> String {
    URL(filePath: child[0]).deletingLastPathComponent().path + "/libcupel-\(name).so"
  }

  /// One reply that a check asks for, with log-probabilities; the others are missing, which is an answer too.
  private static let recording: String = {
    let line =
      #"{"key": {"item": "logprobs", "response": 0, "order": [0]}, "text": "A", "tokens": [{"text": "A", "#
      + #""logprob": -0.5, "top": [{"text": "A", "logprob": -0.5}, {"text": "B", "logprob": -1}]}]}"#
    return (try? Built.file("recording.jsonl", (line + "\n").utf8)) ?? ""
  }()

  @Test(arguments: shipped) func whatIsShippedKeepsToTheContract(name: String, file: String, config: JSONValue?) {
    let findings = Self.findings(file, config: config)
    #expect(findings.count == Conformance.checks.count)
    for (check, outcome) in findings { #expect(outcome.isAcceptable, "\(name): \(check): \(outcome)") }
    let succeeded = findings.values.count { $0 == .success }
    #expect(succeeded >= (name == "checks" && config == nil ? 5 : 11), "\(name): \(findings)")
  }

  @Test func everyCheckHasANameAndASentence() {
    let names = Conformance.checks.map(\.name)
    #expect(Set(names).count == names.count)
    for check in Conformance.checks { #expect(check.prose.hasSuffix("."), "\(check.name)") }
  }

  @Test func anUnknownCheckListsTheOthers() throws {
    let child = try ChildProcess.run(Self.child + ["nonsense", "x.so"], deadlineMilliseconds: 60_000)
    #expect(child.output.contains("failed unknown check; accepted: file, exports, loads"))
  }
}
