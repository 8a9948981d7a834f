import CupelTesting
import Foundation
import Judging
import PluginHost
import Testing
import Wire

/// What docs/abi.md shows is true: its plugin in C is built by its line and judges, its plugin in Swift compiles, and its table
/// lists the checks there are.
@Suite struct DocumentationTests {
  static let page = (try? String(contentsOfFile: "\(Built.root)/docs/abi.md", encoding: .utf8)) ?? ""

  static func block(_ language: String) throws -> String {
    let start = try #require(page.range(of: "```\(language)\n"))
    let end = try #require(page.range(of: "\n```", range: start.upperBound..<page.endIndex))
    return String(page[start.upperBound..<end.lowerBound]) + "\n"
  }

  @Test func thePluginInCJudges() async throws {
    let source = try Built.file("full_stop.c", try Self.block("c").utf8)
    let library = "\(Built.folder)/libcupel-full-stop.so"
    let line = try #require(try Self.block("sh").split(separator: "\n").first { $0.hasPrefix("cc ") })
      .replacing("libcupel-full-stop.so", with: library).replacing("full_stop.c", with: source)
    let built = Built.run(["sh", "-c", "cd '\(Built.root)' && \(line)"])
    #expect(built.end == .exited(0), "\(built.errorOutput)")
    let judge = try PluginHost(PluginSearch(named: [library])).judge(plugin: "full-stop", name: "j")
    for (answer, score) in [("A sentence.", 1.0), ("A sentence", 0), ("", 0)] {
      let call = JudgeCall(
        key: CallKey(item: "q", order: [0]), messages: [JudgeMessage(.assistant, [.text(answer)])],
        sampling: Sampling(), promptDigest: "")
      let outcome = try await judge.reply(to: call).scores.first?.outcome
      #expect(try outcome?.get().score == score)
    }
    for (check, outcome) in ConformanceTests.findings(library) { #expect(outcome.isAcceptable, "\(check): \(outcome)") }
  }

  @Test func thePluginInSwiftCompiles() throws {
    let source = try Built.file("FullStop.swift", try Self.block("swift").utf8)
    let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    let checked = Built.run([
      "swiftc", "-typecheck", "-swift-version", "6", "-parse-as-library", "-package-name", "anyone", "-I",
      "\(products)/Modules", "-I", Built.include, "-I", "\(Built.root)/Sources/CJansson", "-enable-upcoming-feature",
      "ExistentialAny",
      "-enable-upcoming-feature", "InternalImportsByDefault", source,
    ])
    #expect(checked.end == .exited(0), "\(checked.errorOutput)")
  }

  @Test func theTableListsTheChecks() throws {
    let section = try #require(Self.page.range(of: "## Conformance checks"))
    let rows = Self.page[section.upperBound...].split(separator: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.map(String.init) == Conformance.checks.map { "| `\($0.name)` | \($0.prose) |" })
  }

  @Test func theTableOfStatusesIsTheHosts() {
    let words: [(String, UnscoredReason)] = [
      ("CUPEL_FAILED", .judgeError), ("CUPEL_INVALID_INPUT", .invalidInput), ("CUPEL_UNSUPPORTED", .invalidInput),
      ("CUPEL_LIMIT", .invalidInput), ("CUPEL_TIMEOUT", .timeout), ("CUPEL_CANCELLED", .cancelled),
      ("CUPEL_OVERLOADED", .overloaded),
    ]
    for (code, (name, reason)) in zip(1..., words) {
      #expect(Self.page.contains("| `\(name)` | `\(reason.rawValue)` |"))
      #expect(HostedJudgeTests.refusals.contains { $0.code == "\(code)" && $0.reason == reason })
    }
  }
}
