import Configuration
import Foundation
import Glibc
import HTTPServing
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Service

/// What stands in a line of the request log.
@Suite(.timeLimit(.minutes(10))) struct LogLineTests {
  static let time = timespec(tv_sec: 1_795_273_445, tv_nsec: 678_901_234)

  static func answered(
    id: String = "step-412", traceparent: String? = nil, request: [UInt8]? = nil, response: [UInt8]? = nil,
    fault: Fault? = nil, isWhole: Bool = true, _ change: (inout Account.Entries) -> Void = { _ in }
  ) -> Answered {
    var account = Account.Entries()
    change(&account)
    return Answered(
      requestID: id, method: "POST", route: "/v1/judge", status: fault?.status ?? 200, fault: fault, caller: "trainer",
      trace: TraceContext(continuing: traceparent.flatMap { TraceParent($0) }), receivedBytes: 17, sentBytes: 1874,
      took: .microseconds(813_020), isWhole: isWhole,
      request: request, response: response, account: account)
  }

  static func line(_ answered: Answered, maxTextBytes: Int? = nil) throws -> JSONValue {
    let bytes = LogLine(maxTextBytes: maxTextBytes).bytes(answered, at: time)
    #expect(bytes.last == UInt8(ascii: "\n") && bytes.count { $0 < 0x20 } == 1 && !bytes.contains(0x7F))
    return try JSONParser.parse(Array(bytes.dropLast()))
  }

  /// Everything that a line can hold.
  static func fullest() -> Answered {
    answered(
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", request: Array("{}".utf8),
      response: Array("[]".utf8), fault: Fault(.overloaded, "candidate text"), isWhole: false
    ) { entries in
      (entries.rubric, entries.judge, entries.run) = ("helpfulness", "teacher", "exp-7")
      (entries.job, entries.deceptive) = ("3f2a", "malicious")
      (entries.items, entries.scored, entries.standIns, entries.joined, entries.cached) = (9, 4, 2, 1, 3)
      entries.unscored = [.timeout: 2, .unparsed: 3]
      entries.faults = [.notUsable: 1]
      (entries.usage.promptTokens, entries.usage.completionTokens) = (100, 10)
      (entries.queued, entries.judging) = (.microseconds(21), .milliseconds(812))
    }
  }

  @Test func everythingHasItsPlace() throws {
    let found = try Self.line(Self.fullest(), maxTextBytes: 100)
    let expected: JSONValue = [
      "time": "2026-11-21T15:04:05.678Z", "request_id": "step-412", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
      "parent_id": "00f067aa0ba902b7", "key": "trainer", "method": "POST", "route": "/v1/judge", "status": 503,
      "fault": "overloaded", "faults": ["not_usable": 1], "cut_short": true, "run": "exp-7", "job": "3f2a",
      "deceptive": "malicious",
      "rubric": "helpfulness", "judge": "teacher", "items": 9, "scored": 4, "unscored": ["unparsed": 3, "timeout": 2],
      "stand_ins": 2,
      "joined": 1, "cached": 3, "prompt_tokens": 100, "completion_tokens": 10, "queue_ms": 0.021, "judge_ms": 812,
      "total_ms": 813.02, "bytes_in": 17, "bytes_out": 1874, "request": "{}", "response": "[]",
    ]
    #expect(found.mismatch(with: expected) == nil)
    #expect(found.object?.keys.count == (expected.object?.keys.count ?? 0) + 1)
    #expect(found["span_id"]?.string?.wholeMatch(of: /[0-9a-f]{16}/) != nil)
    let bare = try Self.line(Self.answered())
    #expect(
      bare.object?.keys == [
        "time", "request_id", "trace_id", "span_id", "key", "method", "route", "status", "total_ms", "bytes_in",
        "bytes_out",
      ])
  }

  @Test(arguments: [
    (0, 0, "1970-01-01T00:00:00.000Z"), (951_782_400, 999_999_999, "2000-02-29T00:00:00.999Z"),
    (4_102_444_799, 1_000_000, "2099-12-31T23:59:59.001Z"),
  ])
  func timesAreInUTC(_ seconds: Int, _ nanoseconds: Int, _ text: String) {
    #expect(LogLine.text(timespec(tv_sec: seconds, tv_nsec: nanoseconds)) == text)
  }

  static let hostile = [
    "a\nb", "a\r\nb", "\"}\n{\"status\": 200}", "\u{1B}[2J\u{1B}]0;x\u{7}", "\u{85}\u{2028}\u{2029}\u{B}\u{C}",
    "\u{202E}gnp.exe", "\u{7F}\u{9B}31m", "\\", "\"", "é😀\u{0}", "\u{2066}\u{200F}\u{61C}",
  ]

  /// No value ends a line, or does something to the terminal of somebody who reads it.
  @Test(arguments: hostile) func nothingForgesALine(_ text: String) throws {
    let answered = Self.answered(id: text, request: Array(text.utf8), response: Array(text.utf8)) { $0.run = text }
    let bytes = LogLine(maxTextBytes: 1000).bytes(answered, at: Self.time)
    let shown = String(decoding: bytes.dropLast(), as: UTF8.self)
    for character in shown.unicodeScalars {
      #expect(character.properties.generalCategory != .control && character.properties.generalCategory != .format)
      #expect(character.value != 0x2028 && character.value != 0x2029)
    }
    let back = try JSONParser.parse(shown.replacing("\\u0000", with: "?"))
    for name in ["request_id", "run", "request", "response"] {
      #expect(back[name]?.string == text.replacing("\0", with: "?"), "\(name)")
    }
  }

  @Test(
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcde…"), ("aéb", 2, "a…"), ("a😀b", 4, "a…"), ("a😀b", 5, "a😀…"),
      ("", 5, nil),
      ("é", 1, "…"),
    ] as [(String, Int, String?)])
  func textsAreCutBetweenCharacters(_ text: String, _ most: Int, _ expected: String?) throws {
    let found = try Self.line(Self.answered(request: Array(text.utf8)), maxTextBytes: most)
    #expect(found["request"]?.string == expected)
  }

  @Test func whatIsNoTextIsRepaired() throws {
    let found = try Self.line(Self.answered(request: [0x61, 0xFF, 0xC3]), maxTextBytes: 100)
    #expect(found["request"] == "a\u{FFFD}\u{FFFD}")
  }

  @Test func aTraceGoesOnOrBegins() throws {
    let parent = try #require(TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
    let one = TraceContext(continuing: parent)
    let other = TraceContext(continuing: parent)
    #expect(one.traceID == "4bf92f3577b34da6a3ce929d0e0e4736" && one.parentID == "00f067aa0ba902b7")
    #expect(one.spanID != one.parentID && one.spanID != other.spanID && other.traceID == one.traceID)
    #expect(one.passedOn?.text == "00-4bf92f3577b34da6a3ce929d0e0e4736-\(one.spanID)-01")
    let new = TraceContext(continuing: nil)
    #expect(new.parentID == nil && new.traceID.wholeMatch(of: /[0-9a-f]{32}/) != nil && new.passedOn == nil)
    #expect(new.traceID != TraceContext(continuing: nil).traceID)
  }

  @Test func twoTracesAreNone() {
    let sound = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let headers = [RequestHead.Field("traceparent", sound), .init("Traceparent", sound)]
    #expect(RequestIdentity.trace(of: RequestHead(method: "GET", path: "/", headers: headers)) == nil)
    #expect(RequestIdentity.trace(of: RequestHead(method: "GET", path: "/", headers: [headers[1]]))?.text == sound)
  }

  // MARK: Through the front

  /// The lines of what is asked.
  private func lines(
    _ keepsBodies: Bool = false, ask: (WatchBench) async throws -> Void
  ) async throws -> [String] {
    let seen = Mutex<[Answered]>([])
    let routes = [DialectBench.route("/rm", "slime", .neutral(0.5), ["run": "r2"])]
    let bench = try WatchBench(routes: routes, keepsBodies: keepsBodies) { answered in
      seen.withLock { $0.append(answered) }
    }
    try await ask(bench)
    return seen.withLock { $0 }.map {
      String(decoding: LogLine(maxTextBytes: keepsBodies ? 1000 : nil).bytes($0, at: Self.time), as: UTF8.self)
    }
  }

  @Test func whatCandidatesWroteIsOnlyThereWhereItIsAskedFor() async throws {
    func ask(_ bench: WatchBench) async throws {
      let headers = ["Authorization": "Bearer secret-key-0123456789", "X-Request-ID": "id-1"]
      try await bench.post(
        "/v1/judge", MetricsTests.body([WatchBench.item("a", ["3 marmalade"], prompt: "porridge?")]), headers: headers)
      try await bench.post("/rm", ["prompt": "porridge?", "response": "marmalade worth timeout"], headers: headers)
      try await bench.post("/v1/judge", ["rubric": "marmalade", "items": []], headers: headers)
      _ = try await bench.get("/marmalade")
    }
    let without = try await lines { try await ask($0) }
    try #require(without.count == 4)
    for line in without {
      #expect(!line.contains("marmalade") && !line.contains("porridge") && !line.contains("secret"), "\(line)")
    }
    let with = try await lines(true) { try await ask($0) }
    #expect(with[0].contains("marmalade") && with[0].contains("porridge") && with[1].contains("marmalade"))
    for line in with { #expect(!line.contains("secret"), "\(line)") }
  }

  @Test func countsAreThoseOfTheRequest() async throws {
    let lines = try await lines { bench in
      let items = [WatchBench.item("a", ["3", "timeout"]), WatchBench.item("b", ["4"])]
      try await bench.post("/v1/judge", MetricsTests.body(items, [("run", "r1")]))
      try await bench.post("/v1/judge", MetricsTests.body(items))
      try await bench.post("/rm", ["prompt": "P", "response": "worth refused"])
      try await bench.post(
        "/rpc", [["jsonrpc": "2.0", "id": 1, "method": "judge", "params": ["rubric": "x", "items": []]]])
      try await bench.post(
        "/v1/judge",
        ["rubric": "preference", "items": [WatchBench.item("c", ["3", "4"])]])
    }.map { try JSONParser.parse($0) }
    let expected: [JSONValue] = [
      [
        "run": "r1", "items": 2, "scored": 2, "unscored": ["timeout": 1], "joined": nil, "cached": nil,
        "rubric": "helpfulness", "judge": "default", "prompt_tokens": 200,
      ],
      ["run": nil, "items": 2, "scored": 2, "unscored": ["timeout": 1], "cached": 1, "prompt_tokens": 100],
      ["route": "/rm", "run": "r2", "items": 1, "scored": nil, "unscored": ["refused": 1], "stand_ins": 1],
      ["route": "/rpc", "status": 200, "fault": nil, "faults": ["not_usable": 1]],
      ["rubric": "preference", "items": 1, "scored": 1, "unscored": nil],
    ]
    for (line, wanted) in zip(lines, expected) { #expect(line.mismatch(with: wanted) == nil, "\(line)") }
    for line in lines.prefix(3) {
      let total = try #require(line["total_ms"]?.double)
      #expect(try #require(line["judge_ms"]?.double) <= total && #require(line["queue_ms"]?.double) <= total)
    }
  }
}
