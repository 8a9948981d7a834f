import Grading
import JSON
import Judging
import Rubrics
import Testing
import Wire

@testable import OpenAI

/// Replies of real servers with bytes changed, cut, doubled and put in: whatever comes of it is a reply or an error, and a score
/// only from a reply that says it has ended and holds an answer.
@Suite struct ChatFuzzTests {
  private static let rounds = 20_000

  @Test func damagedRepliesAreRepliesOrErrors() throws {
    let bodies = try ["vllm", "sglang", "llama-cpp", "hosted"].flatMap { file in
      try (try Fixture.json("replies/\(file).json").array ?? []).compactMap { $0["body"] }.map(JSONWriter.bytes)
    }
    let shape = AnswerShape(
      .answerTags, .pointwise, responses: 1, questions: [.init("score", Scale(1, 10))])
    let verdicts = Grading.ReplyReader(shape)
    var random = Xorshift(state: 42)
    var read = 0
    var scored = 0
    for round in 0..<Self.rounds {
      var body = bodies[round % bodies.count]
      for _ in 0...random.next(below: 4) { random.damage(&body) }
      let samples = 1 + random.next(below: 3)
      let reader = ChatReply(
        source: .init(model: "m", server: "s"), samples: samples, topLogprobs: random.next(below: 3))
      guard let contents = try? reader.read(body) else { continue }
      read += 1
      #expect(!contents.replies.isEmpty && contents.replies.count <= samples)
      for reply in contents.replies {
        #expect(reply.finish != nil && reply.tokens.allSatisfy { $0.logprob.isFinite })
        if case .success = verdicts.read(reply) {
          scored += 1
          #expect(reply.finish == .stop && reply.text.contains("<answer>"))
        }
      }
    }
    // Otherwise nothing was tried.
    #expect(read > Self.rounds / 20 && read < Self.rounds)
    #expect(scored > 100 && scored < read)
  }

  /// Marsaglia's xorshift64: the same sequence everywhere.
  private struct Xorshift {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % limit
    }

    mutating func damage(_ body: inout [UInt8]) {
      guard !body.isEmpty else { return }
      let at = next(below: body.count)
      switch next(below: 8) {
      case 0: body[at] = UInt8(next(below: 256))
      case 1: body.removeSubrange(at...)
      case 2: body.insert(contentsOf: Self.tokens[next(below: Self.tokens.count)].utf8, at: at)
      case 3: body.remove(at: at)
      case 4: body.insert(contentsOf: body[at..<min(body.count, at + next(below: 64))], at: next(below: body.count))
      case 5: body.removeSubrange(at..<min(body.count, at + next(below: 16)))
      case 6: replaceValue(&body, from: at)
      default: body[at] ^= 1 << UInt8(next(below: 8))
      }
    }

    /// Puts another value behind the next colon: the text stays JSON, and the types become others.
    private mutating func replaceValue(_ body: inout [UInt8], from start: Int) {
      guard let colon = body[start...].firstIndex(of: UInt8(ascii: ":")),
        let end = body[(colon + 1)...].firstIndex(where: { ",}]".utf8.contains($0) })
      else { return }
      body.replaceSubrange(colon + 1..<end, with: Self.values[next(below: Self.values.count)].utf8)
    }

    private static let tokens = [
      "\"", "{", "}", "[", "]", ",", ":", "null", "\\u0000", "\\ud800", "1e400", "\"choices\":", "<answer>",
    ]
    private static let values = [
      "null", "true", "0", "-1", "1e308", "\"\"", "\"stop\"", "\"length\"", "[]", "{}", "[[]]",
      "{\"text\":\"<answer>9</answer>\"}",
      "99999999999999999999", "\"\\u0000\"",
    ]
  }
}
