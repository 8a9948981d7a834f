import Configuration
import CupelTesting
import JSON
import Testing
import Wire

@testable import Service

/// One way in which a model server behind a judge fails, and what it has to be called.
struct JudgeFault: Sendable, CustomTestStringConvertible {
  let name: String
  /// What the server does with a question; nil: it refuses connections.
  let reply: ModelServer.Reply?
  let reason: UnscoredReason
  /// Where no other number may stand for the score.
  let status: Int
  /// Only what never answers is waited for shortly: on a busy machine all else may take long.
  var isEndless = false

  var testDescription: String { name }

  private static let good = ModelServer.Reply.chat(String(repeating: "<answer>7</answer>", count: 4))

  static let all = [
    JudgeFault(name: "connection refused", reply: nil, reason: .judgeError, status: 502),
    JudgeFault(name: "reset in place of a reply", reply: good.with(.reset), reason: .judgeError, status: 502),
    JudgeFault(name: "reset in the body", reply: good.with(.resetInBody), reason: .judgeError, status: 502),
    JudgeFault(name: "429", reply: .error(429, "slow down"), reason: .overloaded, status: 503),
    JudgeFault(name: "503", reply: .error(503, "loading"), reason: .overloaded, status: 503),
    JudgeFault(name: "500", reply: .error(500, "worth=10"), reason: .judgeError, status: 502),
    JudgeFault(name: "502 of a proxy", reply: good.with(.htmlBadGateway), reason: .judgeError, status: 502),
    JudgeFault(name: "garbage", reply: good.with(.garbage), reason: .judgeError, status: 502),
    JudgeFault(name: "a page with status 200", reply: good.with(.htmlPage), reason: .judgeError, status: 502),
    JudgeFault(name: "an error with status 200", reply: good.with(.errorWith200), reason: .judgeError, status: 502),
    JudgeFault(name: "half of the body", reply: good.with(.halfBody), reason: .judgeError, status: 502),
    JudgeFault(name: "half of the JSON", reply: good.with(.halfJSON), reason: .judgeError, status: 502),
    JudgeFault(name: "no body", reply: good.with(.emptyBody), reason: .judgeError, status: 502),
    JudgeFault(name: "no choices", reply: good.with(.fewerChoices), reason: .judgeError, status: 502),
    JudgeFault(
      name: "cut off by its tokens",
      reply: .chat(.init([.init("<answer>7</answer><answer>7</answer>", finishReason: "length")])), reason: .truncated,
      status: 502),
    JudgeFault(
      name: "declined", reply: .chat(.init([.init(nil, refusal: "I cannot.")])), reason: .refused, status: 502),
    JudgeFault(name: "words without a verdict", reply: .chat("Seven, I think."), reason: .unparsed, status: 502),
    JudgeFault(
      name: "a verdict off the scale", reply: .chat(String(repeating: "<answer>11</answer>", count: 4)),
      reason: .outOfRange, status: 502),
    JudgeFault(name: "too few verdicts", reply: .chat("<answer>7</answer>"), reason: .wrongCount, status: 502),
    JudgeFault(
      name: "ten seconds late", reply: good.after(.seconds(10)), reason: .timeout, status: 504, isEndless: true),
    JudgeFault(name: "hangs", reply: good.with(.hang), reason: .timeout, status: 504, isEndless: true),
    JudgeFault(
      name: "hangs after the head", reply: good.with(.stallAfterHead), reason: .timeout, status: 504, isEndless: true),
  ]

  /// A model server that fails so; responses that say `worth=` are answered as they should be where `isSelective`.
  func server(isSelective: Bool = false) async throws -> ModelServer {
    guard let reply else {
      let server = try ModelServer()
      await server.refuseConnections()
      return server
    }
    return try ModelServer { request in
      isSelective && String(decoding: request.body, as: UTF8.self).contains("worth=") ? Self.good : reply
    }
  }

  /// An engine whose judge is the plugin `openai`, asking `server` once.
  func engine(_ server: ModelServer) -> Engine {
    var configuration = Configuration()
    let options = JSONObject([("url", .string("\(server.url)/v1")), ("model", "m"), ("retries", 0)])
    configuration.judges = [
      JudgeSettings(
        name: "default", plugin: "openai", options: options, timeoutMilliseconds: isEndless ? 300 : 60_000)
    ]
    return Engine(Generation(Workbench(configuration)), metrics: Metrics())
  }
}
