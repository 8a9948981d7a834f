import CupelTesting
import Foundation
import JSON
import Judging
import PluginHost
import Testing
import Wire

/// The plugin that people copy, built by the line of its README.
@Suite struct TemplateTests {
  static let library: Result<String, Unscored> = {
    let readme = (try? String(contentsOfFile: "\(Built.root)/Plugins/template/README.md", encoding: .utf8)) ?? ""
    guard let line = readme.split(separator: "\n").first(where: { $0.hasPrefix("cc ") }) else {
      return .failure(Unscored(.invalidInput, "the README has no line that builds"))
    }
    let library = "\(Built.folder)/libcupel-length.so"
    let command = "cd '\(Built.root)' && " + line.replacing("libcupel-length.so", with: library) + " -Werror -pedantic"
    let result = Built.run(["sh", "-c", command])
    return result.end == .exited(0) ? .success(library) : .failure(Unscored(.invalidInput, result.errorOutput))
  }()

  static func judge(_ config: JSONValue = [:]) throws -> HostedJudge {
    try PluginHost(PluginSearch(named: [library.get()])).judge(plugin: "length", name: "length", config: config)
  }

  @Test func itExportsOneSymbol() throws {
    #expect(try ELFFile(path: Self.library.get()).exportedSymbols() == ["cupel_plugin_entry"])
  }

  @Test(arguments: [
    ("", 0, 0), ("one", 1, 0.5), ("one two", 2, 1), ("one\ttwo\n\nthree  ", 3, 1), ("1 2 3 4 5 6", 6, 0.5),
  ])
  func itCountsWords(text: String, words: Double, score: Double) async throws {
    let judge = try Self.judge(["min_words": 2, "max_words": 3])
    let call = JudgeCall(
      key: CallKey(item: "q", order: [0]),
      messages: [JudgeMessage(.user, [.text("many words are here")]), JudgeMessage(.assistant, [.text(text)])],
      sampling: Sampling(), promptDigest: "")
    let reply = try await judge.reply(to: call)
    let reason = "\(Int(words)) words; wanted: 2 to 3"
    #expect(
      reply.scores == [CriterionScore(name: "length", .success(.init(value: words, score: score, reason: reason)))])
  }

  @Test func aCallWithoutAnAnswerIsInvalid() async throws {
    let judge = try Self.judge()
    let call = JudgeCall(key: CallKey(item: "q", order: [0]), messages: [], sampling: Sampling(), promptDigest: "")
    await #expect(throws: Unscored(.invalidInput, "the call has no answer to count the words of")) {
      try await judge.reply(to: call)
    }
  }

  static let refusals: [(JSONValue, String)] = [
    (["min_word": 1], "min_word: unknown field; accepted: min_words, max_words"),
    (["max_words": -1], "max_words: expected a whole number from 0 to 999999999"),
    (["max_words": "3"], "max_words: expected a whole number from 0 to 999999999"),
    (["max_words": 1.5], "max_words: is not valid JSON after this"),
    (["min_words": 5, "max_words": 2], "min_words: is above max_words"),
  ]

  @Test(arguments: refusals)
  func badConfigurationNamesTheField(config: JSONValue, message: String) throws {
    let failure = #expect(throws: PluginFailure.self) { try Self.judge(config) }
    #expect(failure?.description == "judge 'length' (plugin 'length'): \(message)")
  }
}
