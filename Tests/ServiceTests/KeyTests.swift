import Configuration
import CupelTesting
import Foundation
import HTTPServing
import JSON
import Testing

@testable import Service

@Suite struct KeyTests {
  private static let digest = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"

  private static func head(_ header: String?) -> RequestHead {
    RequestHead(method: "GET", path: "/", headers: header.map { [RequestHead.Field("Authorization", $0)] } ?? [])
  }

  private static func basic(_ text: String) -> String { "Basic \(Data(text.utf8).base64EncodedString())" }

  private static let ring: KeyRing? = try? KeyRing(
    KeyFile(
      """
      # who may
      ann 0123456789abcdef   # a comment
      eve 0000111122223333 admin # of all
      fay sha256:1111111111111111111111111111111111111111111111111111111111111111 admin
      ann fedcba9876543210
      bob sha256:\(digest.uppercased())
      cid key:with:colons:and-more
      """, name: "keys"))

  /// What a client sends, and whose it is; nil: nobody's.
  static let sent: [(header: String?, name: String?)] = [
    ("Bearer 0123456789abcdef", "ann"), ("Bearer 0000111122223333", "eve"), ("bearer fedcba9876543210", "ann"),
    ("Bearer 12345", "bob"),
    (basic("anything:0123456789abcdef"), "ann"), (basic(":0123456789abcdef"), "ann"),
    (basic("bob:key:with:colons:and-more"), "cid"), ("basic " + basic("x:12345").dropFirst("Basic ".count), "bob"),
    (nil, nil), ("", nil), ("Bearer", nil), ("Bearer ", nil), ("Bearer 0123456789abcde", nil),
    ("Bearer 0123456789abcdef0", nil), ("Bearer 0123456789ABCDEF", nil), ("Bearer  0123456789abcdef", nil),
    ("0123456789abcdef", nil), ("Token 0123456789abcdef", nil), ("Bearer \(digest)", nil),
    ("Bearer sha256:\(digest)", nil), ("Bearer ann", nil), (basic("0123456789abcdef"), nil),
    (basic("0123456789abcdef:ann"), nil), ("Basic 0123456789abcdef", nil), ("Basic !", nil), ("Basic ", nil),
    (basic("ann:0123456789abcdef") + "=", nil),
  ]

  @Test(arguments: sent) func aKeySaysWhoseItIs(_ header: String?, _ name: String?) throws {
    let ring = try #require(Self.ring)
    do throws(Fault) {
      let found = try ring.holder(for: Self.head(header))
      #expect(found.name == name)
      #expect(found.isAdmin == (name == "eve"))
    } catch {
      #expect(name == nil && error.code == .unauthorized && error.status == 401, "\(error)")
      #expect(!error.message.contains("0123456789abcde"), "no key is repeated")
    }
  }

  static let broken: [(text: String, message: String)] = [
    ("", "keys: holds no keys; nobody could ask"), ("# only\n\n", "keys: holds no keys; nobody could ask"),
    ("ann", "keys:1: expected NAME KEY or NAME sha256:HEX, and admin or nothing after it; found 1 word"),
    (
      "ann # 0123456789abcdef",
      "keys:1: expected NAME KEY or NAME sha256:HEX, and admin or nothing after it; found 1 word"
    ),
    (
      "ann 0123456789abcdef admin x",
      "keys:1: expected NAME KEY or NAME sha256:HEX, and admin or nothing after it; found 4 words"
    ),
    ("ann 0123456789abcdef x", "keys:1: after the key of 'ann' stands 'x'; accepted: admin, or nothing"),
    ("ann 0123456789abcdef Admin", "keys:1: after the key of 'ann' stands 'Admin'; accepted: admin, or nothing"),
    ("\nann short", "keys:2: the key of 'ann' is too short; it must have 16 characters at least"),
    ("ann sha256:12", "keys:1: the digest of 'ann' is not sha256: and 64 hexadecimal digits"),
    (
      "a/b 0123456789abcdef",
      "keys:1: a name is 1 to 64 letters, digits, '.', '-' or '_': it stands in logs and metrics"
    ),
    ("ann 0123456789abcdef\nbob 0123456789abcdef", "keys:2: the key of 'bob' is already that of 'ann'"),
  ]

  @Test(arguments: broken) func aFileThatCannotBeSaysWhere(_ text: String, _ message: String) {
    let problem = #expect(throws: KeyFileProblem.self) { try KeyFile(text, name: "keys") }
    #expect(problem?.description == message)
  }

  /// Hosts that a request may be for where there are no keys: none that a page's own name could be.
  @Test(arguments: [
    ("localhost", true), ("localhost:8080", true), ("LOCALHOST", true), ("127.0.0.1:8080", true), ("10.0.0.7", true),
    ("[::1]:8080", true), ("", true), (":8080", true), ("evil.example", false), ("evil.example:8080", false),
    ("localhost.evil.example", false), ("127.0.0.1.evil.example", false), ("127.0.0.1.", false), ("127.0.0", false),
    ("1.2.3.256", false), ("localhost.", false), ("judge", false),
  ])
  func whatIsThisMachine(_ host: String, _ isOwn: Bool) throws {
    #expect(OwnNames.isOwn(host) == isOwn)
    let head = RequestHead(method: "GET", path: "/", headers: [.init("host", host)])
    #expect((try? OwnNames.check(head)) != nil || !isOwn)
    #expect((try? OwnNames.check(RequestHead(method: "GET", path: "/"))) != nil, "HTTP/1.0 names none")
  }

  /// The mean of a group is made of what the same key has had scored: what others send does not move it.
  @Test func groupsOfTwoKeysAreApart() async throws {
    let ring = try #require(Self.ring)
    var settings = Front.Settings()
    settings.authenticate = { (head) throws(Fault) in try ring.holder(for: head) }
    let route = try Route(DialectBench.route("/x", "slime", .groupMean), DialectBench.engine())
    let front = Front([route.endpoint], settings: settings)
    func ask(_ key: String, _ response: String) async throws -> Came {
      let row: JSONValue = [
        "name": "n", "path": "/x", "status": 200, "headers": ["Authorization": .string("Bearer \(key)")],
        "json": ["prompt": "2+2?", "response": .string(response)],
      ]
      return try await front.ask(RequestRow(JSONReader(row)))
    }
    #expect(try await ask("0123456789abcdef", "worth=10").text == "10.0")
    #expect(try await ask("12345", "fails=unparsed").status == 502)
    #expect(try await ask("12345", "worth=4").text == "4.0")
    #expect(try await ask("12345", "fails=unparsed").text == "4.0")
    // Another key of the same name is the same client.
    #expect(try await ask("fedcba9876543210", "fails=unparsed").text == "10.0")
  }
}
