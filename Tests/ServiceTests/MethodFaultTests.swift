import Configuration
import CupelTesting
import JSON
import Testing
import Wire

@testable import Service

/// Every way a judge can fail, by every method that judges, by itself, line by line and over JSON-RPC, in process and over a live port:
/// the request is answered, the response that failed has null and its reason, and those beside it keep their scores.
@Suite(.timeLimit(.minutes(10))) struct MethodFaultTests {
  /// A response that the model server scores whatever the fault, and one that it fails on.
  private static let scored: JSONValue = "worth=7", failing: JSONValue = "4"

  /// The same front without a socket and behind one.
  private static func asked(_ fault: JudgeFault, _ server: ModelServer) throws -> [any Asked] {
    let front = Front(MethodTable(fault.engine(server), ServeSettings(), version: "1.2.3").endpoints)
    return [front, try LiveFront(front)]
  }

  /// What is asked about. Nothing that is to be scored stands beside what is given up after a moment.
  private static func responses(_ fault: JudgeFault) -> [JSONValue] {
    fault.reply == nil || fault.isEndless ? [failing] : [scored, failing]
  }

  private static func row(_ path: String, _ body: JSONValue, lines: Bool = false) throws -> RequestRow {
    let headers: JSONValue = lines ? ["Accept": "application/x-ndjson"] : [:]
    let row: JSONValue = [
      "name": .string(path), "path": .string(path), "json": body, "headers": headers, "status": 200,
    ]
    return try RequestRow(JSONReader(row))
  }

  private static func judgeRequest(_ fault: JudgeFault) -> JSONValue {
    let items = responses(fault).enumerated().map { index, response -> JSONValue in
      ["id": .string("q\(index)"), "prompt": "Q", "response": response]
    }
    return ["rubric": "helpfulness", "items": .array(items)]
  }

  private static func rewardRequest(_ responses: [JSONValue], _ kind: RewardKind) -> JSONValue {
    [
      "rubric": "helpfulness", "reward": .string(kind.rawValue),
      "groups": [["id": "g", "prompt": "Q", "responses": .array(responses)]],
    ]
  }

  /// A judgment of the response at `index` of ``responses(_:)``.
  private static func check(_ judgment: JSONValue?, _ index: Int, _ fault: JudgeFault) {
    let shown = Comment(rawValue: "\(judgment ?? .null)")
    guard responses(fault)[index] == failing else {
      #expect(judgment?["status"] == "ok" && judgment?["scores"] == [7.0], shown)
      return
    }
    #expect(judgment?["status"] == "unscored" && judgment?["scores"] == [nil], shown)
    #expect(judgment?["reason"]?.string == fault.reason.rawValue, shown)
    #expect(judgment?["retryable"] == .bool(fault.reason.isRetryable), shown)
    #expect(judgment?["message"]?.string?.isEmpty == false, shown)
  }

  private static func check(judgments answer: JSONValue?, _ fault: JudgeFault) {
    let judgments = answer?["judgments"]?.array ?? []
    #expect(judgments.count == responses(fault).count)
    for (index, judgment) in judgments.enumerated() { check(judgment, index, fault) }
  }

  /// The rewards of one kind: only what is made of a known score is a number.
  private static func check(rewards answer: JSONValue?, _ kind: RewardKind, _ fault: JudgeFault) {
    let group = answer?["groups"]?.array?.first
    let shown = Comment(rawValue: "\(kind): \(answer ?? .null)")
    let isAlone = responses(fault).count == 1
    // One score of two has nothing to be normalised over.
    let known: JSONValue? = kind == .score ? 7.0 : kind == .rank ? 1.0 : nil
    #expect(group?["rewards"] == (isAlone ? [nil] : [known ?? nil, nil]), shown)
    #expect(group?["scores"] == (isAlone ? [nil] : [7.0, nil]), shown)
    let unscored = group?["unscored"]?.array ?? []
    #expect(unscored.count == (isAlone || known != nil ? 1 : 2), shown)
    #expect(unscored.allSatisfy { $0["reason"]?.string == fault.reason.rawValue }, shown)
  }

  @Test(arguments: JudgeFault.all) func judge(_ fault: JudgeFault) async throws {
    let server = try await fault.server(isSelective: true)
    defer { server.close() }
    let body = Self.judgeRequest(fault)
    for front in try Self.asked(fault, server) {
      let whole = try await front.ask(Self.row("/v1/judge", body))
      #expect(whole.status == 200)
      Self.check(judgments: try JSONParser.parse(whole.body), fault)

      let streamed = try await front.ask(Self.row("/v1/judge", body, lines: true))
      #expect(streamed.status == 200)
      let lines = try streamed.text.split(separator: "\n").map { try JSONParser.parse(String($0)) }
      #expect(lines.count == Self.responses(fault).count + 1 && lines.last?["done"] == true, "\(streamed.text)")
      for line in lines.dropLast() { Self.check(line["judgment"], try #require(line["index"]?.int), fault) }
    }
  }

  @Test(arguments: JudgeFault.all) func reward(_ fault: JudgeFault) async throws {
    let server = try await fault.server(isSelective: true)
    defer { server.close() }
    for front in try Self.asked(fault, server) {
      for kind in RewardKind.allCases where kind != .winRate && kind != .calibrated {
        let request = Self.rewardRequest(Self.responses(fault), kind)
        let came = try await front.ask(Self.row("/v1/reward", request))
        #expect(came.status == 200)
        Self.check(rewards: try JSONParser.parse(came.body), kind, fault)
      }
    }
  }

  /// A pair that could not be judged is no tie.
  @Test(arguments: JudgeFault.all) func winRate(_ fault: JudgeFault) async throws {
    let server = try await fault.server()
    defer { server.close() }
    for front in try Self.asked(fault, server) {
      let came = try await front.ask(Self.row("/v1/reward", Self.rewardRequest(["4", "5"], .winRate)))
      let answer = try JSONParser.parse(came.body)
      let group = answer["groups"]?.array?.first
      #expect(came.status == 200 && group?["rewards"] == [nil, nil], "\(came.text)")
      #expect(group?["scores"] == [nil, nil] && group?["comparisons"] == [0, 0], "\(came.text)")
      let reasons = Set((group?["unscored"]?.array ?? []).compactMap { $0["reason"]?.string })
      // Two responses want other answers than one: replies that are whole may fail in another way.
      let isOfTheVerdict = [.outOfRange, .wrongCount].contains(fault.reason)
      #expect(reasons == [isOfTheVerdict ? UnscoredReason.wrongCount.rawValue : fault.reason.rawValue], "\(came.text)")
    }
  }

  @Test(arguments: JudgeFault.all) func rpc(_ fault: JudgeFault) async throws {
    let server = try await fault.server(isSelective: true)
    defer { server.close() }
    let reward = Self.rewardRequest(Self.responses(fault), .score)
    let batch: JSONValue = [
      ["jsonrpc": "2.0", "id": 1, "method": "judge", "params": Self.judgeRequest(fault)],
      ["jsonrpc": "2.0", "id": 2, "method": "reward", "params": reward],
    ]
    for front in try Self.asked(fault, server) {
      let came = try await front.ask(Self.row("/rpc", batch))
      #expect(came.status == 200)
      let answers = try #require(try JSONParser.parse(came.body).array)
      try #require(answers.count == 2, "\(came.text)")
      #expect(answers[0]["id"] == 1 && answers[1]["id"] == 2)
      Self.check(judgments: answers[0]["result"], fault)
      Self.check(rewards: answers[1]["result"], .score, fault)
    }
  }
}
