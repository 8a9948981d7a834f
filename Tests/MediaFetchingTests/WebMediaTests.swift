import CupelTesting
import HTTP
import Media
import Testing
import Wire

@testable import MediaFetching

/// Files from the hosts of an allow-list, and from nowhere else.
@Suite struct WebMediaTests {
  private static func rules(_ change: (inout WebRules) -> Void) -> WebRules {
    var rules = WebRules()
    rules.timeoutMilliseconds = 100_000
    change(&rules)
    return rules
  }

  private func failure(_ rules: WebRules, _ url: String, maxBytes: Int = 1 << 20) async throws -> Unscored? {
    let web = try #require(try WebMedia(rules))
    do throws(Unscored) {
      _ = try await web.fetch(url, maxBytes: maxBytes)
      return nil
    } catch {
      return error
    }
  }

  @Test func aListedHostIsAsked() async throws {
    let server = try ModelServer { .text("the file of \($0.target)") }
    defer { server.close() }
    let web = try #require(try WebMedia(Self.rules { $0.privateHosts = ["127.0.0.1:\(server.port)"] }))
    let bytes = try await web.fetch("\(server.url)/a/b.png?c=d", maxBytes: 100)
    #expect(String(decoding: bytes, as: UTF8.self) == "the file of /a/b.png?c=d")
    #expect(server.requests.first?.method == "GET")
  }

  @Test func nothingIsFetchedWhereNoHostIsListed() throws { #expect(try WebMedia(WebRules()) == nil) }

  @Test(arguments: [
    "http://127.0.0.1:PORT/", "http://other.test/", "http://localhost:PORT/", "http://evil.listed.test.evil.test/",
    "http://listed.test:8080/", "http://listed.test.:80/", "http://[::1]:PORT/", "http://2130706433:PORT/",
    "http://169.254.169.254/latest/meta-data", "http://0x7f.1:PORT/", "http://xlisted.test/", "http://b.test/",
  ])
  func aHostThatIsNotListedIsNotAsked(url: String) async throws {
    let server = try ModelServer { _ in .text("never") }
    defer { server.close() }
    let rules = Self.rules { $0.hosts = ["listed.test", "*.b.test"] }
    let failure = try await failure(rules, url.replacing("PORT", with: "\(server.port)"))
    #expect(failure?.reason == .invalidInput)
    #expect(
      failure?.message.contains("is not among the hosts that files are fetched from") == true,
      "\(String(describing: failure))")
    #expect(server.requests.isEmpty)
  }

  /// `localhost` is a name that leads to this machine: what is connected to counts, not what it is called.
  @Test(arguments: ["localhost", "127.0.0.1", "[::1]"])
  func aListedNameMayNotLeadToThisMachine(host: String) async throws {
    let server = try ModelServer { _ in .text("never") }
    defer { server.close() }
    let failure = try await failure(
      Self.rules { $0.hosts = ["\(host):\(server.port)"] }, "http://\(host):\(server.port)/x")
    #expect(failure?.reason == .invalidInput)
    #expect(
      failure?.message.contains("loopback, private and other special addresses are not connected to") == true,
      "\(String(describing: failure))")
    #expect(server.requests.isEmpty)
    #expect(server.statistics.connections == 0)
  }

  @Test func redirectsAreFollowedWithinTheList() async throws {
    let server = try ModelServer { request in
      switch request.path {
      case "/one": .redirect(302, to: "/two?x=y")
      case "/two": .redirect(307, to: "three")
      case "/three": .text("here")
      case "/loop": .redirect(to: "/loop")
      case "/out": .redirect(to: "http://169.254.169.254/latest")
      case "/file": .redirect(to: "file:///etc/passwd")
      case "/nowhere": ModelServer.Reply(302)
      default: .error(404, "nothing here")
      }
    }
    defer { server.close() }
    let rules = Self.rules { $0.privateHosts = ["127.0.0.1:\(server.port)"] }
    let web = try #require(try WebMedia(rules))
    #expect(try await web.fetch("\(server.url)/one", maxBytes: 100) == Array("here".utf8))
    for (path, message) in [
      ("/loop", "leads to more redirects than max_redirects = 3"),
      ("/out", "leads to 169.254.169.254:80, which is not among the hosts"), ("/file", "begins with neither http://"),
      ("/nowhere", "a redirect that says not where to"), ("/gone", "is answered with the status 404, not with a file"),
    ] {
      let failure = try await failure(rules, server.url + path)
      #expect(
        failure?.reason == .invalidInput && failure?.message.contains(message) == true,
        "\(path): \(String(describing: failure))")
    }
  }

  @Test func aFileIsNoLongerThanItMayBe() async throws {
    let server = try ModelServer { $0.path == "/huge" ? .huge(bytes: 1 << 30) : .text("12345") }
    defer { server.close() }
    let rules = Self.rules { $0.privateHosts = ["127.0.0.1:\(server.port)"] }
    #expect(try await failure(rules, "\(server.url)/5", maxBytes: 5) == nil)
    for (path, most) in [("/5", 4), ("/huge", 1 << 20)] {
      let failure = try await failure(rules, server.url + path, maxBytes: most)
      #expect(failure?.reason == .invalidInput && failure?.message.contains("max_input_bytes") == true)
    }
  }

  @Test func aHostThatHangsIsATimeout() async throws {
    let server = try ModelServer { _ in .fault(.hang) }
    defer { server.close() }
    let failure = try await failure(
      Self.rules {
        $0.privateHosts = ["127.0.0.1:\(server.port)"]
        $0.timeoutMilliseconds = 100
      }, server.url)
    #expect(failure?.reason == .timeout && failure?.message.contains("media.web.timeout_ms") == true)
  }

  @Test func whoeverWantsTheSameAtOnceWaitsForOneFetch() async throws {
    let gate = Gate()
    let server = try ModelServer { _ in .text("x").after(gate) }
    defer { server.close() }
    let web = try #require(try WebMedia(Self.rules { $0.privateHosts = ["127.0.0.1:\(server.port)"] }))
    let tasks = (0..<20).map { _ in Task { try await web.fetch(server.url, maxBytes: 10) } }
    while server.requests.isEmpty { await Task.yield() }
    gate.open()
    for task in tasks { #expect(try await task.value == [UInt8(ascii: "x")]) }
    #expect(server.requests.count < 20)
  }

  @Test(
    arguments: [
      ("images.example", nil), ("*.images.example", nil), ("images.example:8080", nil), ("10.0.0.1:81", nil),
      ("[::1]:80", nil), ("", "''"), ("http://images.example", "'http://images.example'"),
      ("Images.example", "in lower case"),
      ("a b", "'a b'"), ("*", "'*'"), ("a:0", "'a:0'"), ("a:b", "'a:b'"), ("a/b", "'a/b'"),
    ] as [(String, String?)])
  func anEntryIsAHost(entry: String, problem: String?) {
    let found = WebRules.problem(with: entry)
    #expect((found == nil) == (problem == nil) && found?.contains(problem ?? "") ?? true, "\(found ?? "")")
  }
}
