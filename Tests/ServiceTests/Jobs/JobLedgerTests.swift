import CupelTesting
import Foundation
import JSON
import Judging
import Testing
import Wire

@testable import Service

@Suite struct JobLedgerTests {
  private let scratch = EngineScratch()

  private static func call(_ item: String, samples: Int = 1, sample: Int = 0, seed: UInt64 = 1) -> JudgeCall {
    var sampling = Sampling(seed: seed)
    sampling.samples = samples
    return JudgeCall(
      key: CallKey(item: item, response: 0, order: [0], sample: sample), messages: [], sampling: sampling,
      promptDigest: "sha256:00")
  }

  private static func reply(_ text: String, more: [JudgeReply] = []) -> JudgeReply {
    JudgeReply(text: text, model: "m", usage: Usage(promptTokens: 3), more: more)
  }

  @Test func whatWasAnsweredIsFoundAgain() throws {
    let path = scratch("ledger")
    let pair = Self.call("b", samples: 2)
    let second = JudgeReply(text: "b1", model: "m", usage: Usage(promptTokens: 3).nothingMore)
    do {
      let ledger = try JobLedger(path: path)
      _ = try ledger.add(Self.call("a"), of: "f", .success(Self.reply("line\nbreak \u{2028} 😀")))
      _ = try ledger.add(pair, of: "f", .success(Self.reply("b0", more: [second])))
      _ = try ledger.add(Self.call("c"), of: "f", .failure(Unscored(.timeout, "late")))
      #expect(try ledger.reply(to: Self.call("a"), of: "f")?.text == "line\nbreak \u{2028} 😀")
    }
    let ledger = try JobLedger(path: path)
    #expect(ledger.calls == 3)
    #expect(try ledger.reply(to: Self.call("a"), of: "f") == Self.reply("line\nbreak \u{2028} 😀"))
    #expect(try ledger.reply(to: pair, of: "f") == Self.reply("b0", more: [second]))
    // A failure is counted and asked again; another judge, seed or sample is another call.
    for (call, judge) in [
      (Self.call("c"), "f"), (Self.call("a"), "g"), (Self.call("a", seed: 2), "f"), (Self.call("a", sample: 1), "f"),
      (Self.call("b"), "f"),
    ] {
      #expect(try ledger.reply(to: call, of: judge) == nil, "\(call.key)")
    }
  }

  /// A judge that gives fewer replies than were asked for has not answered.
  @Test func tooFewRepliesAreAFailure() throws {
    let ledger = try JobLedger(path: scratch("ledger"))
    _ = try ledger.add(Self.call("b", samples: 2), of: "f", .success(Self.reply("b0")))
    #expect(try ledger.reply(to: Self.call("b", samples: 2), of: "f") == nil)
    #expect(ledger.calls == 1)
  }

  /// Killed at any byte: all whole lines count, the piece after them is gone, and the ledger goes on.
  @Test func aTornLastLineIsCutOff() throws {
    let path = scratch("whole")
    do {
      let ledger = try JobLedger(path: path)
      for item in ["a", "b"] { _ = try ledger.add(Self.call(item), of: "f", .success(Self.reply(item))) }
    }
    let whole = try Data(contentsOf: URL(filePath: path))
    let first = try #require(whole.firstIndex(of: 0x0A)) + 1
    for count in 0..<whole.count {
      let torn = scratch.write("torn", Array(whole.prefix(count)))
      let ledger = try JobLedger(path: torn)
      #expect(ledger.calls == (count < first ? 0 : 1), "\(count) bytes")
      _ = try ledger.add(Self.call("z"), of: "f", .success(Self.reply("z")))
      let again = try JobLedger(path: torn)
      #expect(try again.reply(to: Self.call("z"), of: "f")?.text == "z", "\(count) bytes")
      #expect(try again.reply(to: Self.call("a"), of: "f")?.text == (count < first ? nil : "a"), "\(count) bytes")
    }
  }

  @Test(arguments: ["{}\n", "x\n", "\n", "{\"call\": 1}\n", "{\"call\": \"a\", \"replies\": 3}\n"])
  func aDamagedLineIsSaid(_ text: String) throws {
    let path = scratch.write("ledger", text)
    let problem = #expect(throws: JobFileProblem.self) { try JobLedger(path: path) }
    #expect(problem?.message.hasPrefix("the ledger at byte 0: ") == true)
  }
}
