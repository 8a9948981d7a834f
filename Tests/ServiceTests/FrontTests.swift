import HTTPServing
import JSON
import Judging
import Synchronization
import Testing

@testable import Service

/// What every answer has in common, whichever endpoint gives it.
@Suite(.timeLimit(.minutes(10))) struct FrontTests {
  static let rows = RequestRow.table("front")

  /// Echoes, fails, streams; wants a key at `/closed`.
  static func front(_ observe: @escaping @Sendable (Answered) -> Void = { _ in }) -> Front {
    let echo = Endpoint(.post, "/echo", isOpen: true) { (request, caller) throws(Fault) in
      caller.account.note { $0.run = "r1" }
      return try .json([
        "body": .string(String(decoding: request.body, as: UTF8.self)), "request_id": .string(caller.requestID),
      ])
    }
    let open = Endpoint(.get, "/open", isOpen: true) { (_, caller) throws(Fault) in
      try .json(["name": .string(caller.name)])
    }
    let closed = Endpoint(.get, "/closed") { (_, caller) throws(Fault) in try .json(["name": .string(caller.name)]) }
    let failing = Endpoint(.get, "/failing", isOpen: true) { (_, _) throws(Fault) in
      throw Fault(.overloaded, "as much is waiting as may wait", retryAfterSeconds: 3)
    }
    let streaming = Endpoint(.get, "/streaming", isOpen: true) { (_, _) throws(Fault) in
      Reply(200, headers: [.init("Content-Type", "application/x-ndjson")]) { writer in
        for count in 0..<3 { try await writer.write(Array("{\"n\": \(count)}\n".utf8)) }
      }
    }
    let other = Endpoint(
      .post, "/other", isOpen: true, takesOnlyJSON: false,
      explain: { fault, _ in Reply(418, body: Array("\"\(fault.code.rawValue)\"".utf8)) }
    ) { (_, _) throws(Fault) in throw Fault(.unscored, "no") }
    var settings = Front.Settings()
    settings.origins = ["https://tools.example"]
    settings.observe = observe
    settings.authenticate = { (head) throws(Fault) in
      guard head["Authorization"] == "Bearer good" else { throw Fault(.unauthorized, "no key") }
      return KeyHolder(name: "team", isAdmin: false)
    }
    return Front([echo, open, closed, failing, streaming, other], settings: settings)
  }

  @Test(arguments: rows) func inProcess(_ row: RequestRow) async throws {
    try row.check(await Self.front().ask(row), "in process")
  }

  @Test func live() async throws {
    let live = try LiveFront(Self.front())
    for row in Self.rows { try row.check(await live.ask(row), "live, \(row.name)") }
  }

  @Test func everyRequestIsObservedOnce() async throws {
    let seen = Mutex<[Answered]>([])
    let front = Self.front { answered in seen.withLock { $0.append(answered) } }
    for row in Self.rows {
      seen.withLock { $0 = [] }
      let came = try await front.ask(row)
      let answered = seen.withLock { $0 }
      try #require(answered.count == 1, "\(row.name)")
      #expect(answered[0].status == came.status)
      #expect(answered[0].requestID == came["X-Request-ID"])
      #expect(answered[0].isWhole)
      #expect(answered[0].method == "HEAD" || answered[0].sentBytes == came.body.count)
      #expect(answered[0].receivedBytes == row.body.count || came.status >= 400)
      #expect(answered[0].account.run == (row.path == "/echo" && came.status == 200 ? "r1" : nil))
    }
  }

  @Test func aStreamThatIsNeverStartedIsObservedToo() async {
    let seen = Mutex<[Answered]>([])
    let front = Self.front { answered in seen.withLock { $0.append(answered) } }
    _ = await front.reply(to: Request(RequestHead(method: "GET", path: "/streaming")))
    let answered = seen.withLock { $0 }
    #expect(answered.count == 1)
    #expect(answered.first?.isWhole == false)
  }

  @Test func withoutOriginsNothingIsSaidOfThem() async throws {
    let front = Front([Endpoint(.get, "/open") { (_, _) throws(Fault) in try .json(1) }])
    let head = RequestHead(method: "GET", path: "/open", headers: [.init("Origin", "https://tools.example")])
    let reply = await front.reply(to: Request(head))
    #expect(!reply.headers.contains { $0.name.hasPrefix("Access-Control") || $0.name == "Vary" })
  }

  @Test(arguments: [
    ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
    ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
    ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
    // Of a version that is still to come, what is known of it is read.
    ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
    ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-holds", true),
    ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", false),
    ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more", false),
    ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
    ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", false),
    ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g", false),
    ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
    ("00-4bf92f3577b34da6a3ce929d0e0e47360-0f067aa0ba902b7-01", false),
    ("", false),
  ])
  func aTraceIsKeptWhereItIsSound(_ text: String, _ isSound: Bool) async {
    let seen = Mutex<[Answered]>([])
    let front = Self.front { answered in seen.withLock { $0.append(answered) } }
    let head = RequestHead(method: "GET", path: "/open", headers: [.init("traceparent", text)])
    _ = await front.reply(to: Request(head))
    let trace = seen.withLock { $0.first?.trace }
    #expect(trace != nil)
    #expect(trace?.parentID == (isSound ? "00f067aa0ba902b7" : nil))
    #expect(trace?.passedOn?.trace == (isSound ? "4bf92f3577b34da6a3ce929d0e0e4736" : nil))
    #expect(trace?.passedOn?.span == (isSound ? trace?.spanID : nil))
  }
}
