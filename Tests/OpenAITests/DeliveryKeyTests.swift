import CupelTesting
import Glibc
import HTTP
import JSON
import Testing
import Wire

@testable import OpenAI

/// Where keys come from, when they are read again, and that nobody sees them.
@Suite(.serialized, .timeLimit(.minutes(10)))
final class DeliveryKeyTests {
  private let path = "/tmp/cupel-key-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  private static let variable = "CUPEL_DELIVERY_TEST_KEY"

  deinit {
    unlink(path)
    unsetenv(Self.variable)
  }

  private func write(_ key: String, to path: String? = nil) throws {
    let file = try #require(fopen(path ?? self.path, "w"))
    fputs(key, file)
    fclose(file)
  }

  private func options(_ members: JSONValue) throws -> DeliveryOptions {
    var object = members.object ?? JSONObject()
    object["url"] = "http://127.0.0.1:1/v1"
    return try DeliveryOptions(JSONReader(.object(object)))
  }

  @Test func theKeyIsSentAsTheOptionsSay() throws {
    setenv(Self.variable, " sk-one\n", 1)
    let plain = try KeyRing(options(["api_key_env": .string(Self.variable)]))
    #expect(plain.headers().lines == [HTTPHeader("Authorization", "Bearer sk-one")])
    #expect(plain.headers().secrets == ["sk-one"])
    try write("sk-two\r\n")
    let named = try KeyRing(options(["api_key_file": .string(path), "api_key_header": "api-key"]))
    #expect(named.headers().lines == [HTTPHeader("api-key", "sk-two")])
    #expect(try KeyRing(options([:])).headers().lines == [])
  }

  @Test func headersTakeTheirValuesFromTheEnvironment() throws {
    setenv(Self.variable, "secret", 1)
    let ring = try KeyRing(
      options(["headers": ["X-Org": .string("a-${\(Self.variable)}-b"), "X-Plain": "$5 {x} ${"]]))
    #expect(ring.headers().lines == [HTTPHeader("X-Org", "a-secret-b"), HTTPHeader("X-Plain", "$5 {x} ${")])
    #expect(ring.headers().secrets == ["secret"])
  }

  @Test func whatIsMissingIsNamed() throws {
    func message(_ members: JSONValue) throws -> String {
      let options = try options(members)
      do throws(KeyRing.Missing) {
        _ = try KeyRing(options)
        return ""
      } catch {
        return error.description
      }
    }
    let variable = JSONValue.string(Self.variable)
    #expect(try message(["api_key_env": variable]) == "the variable \(Self.variable) is not set; it is to hold the key")
    setenv(Self.variable, " ", 1)
    #expect(try message(["api_key_env": variable]) == "the variable \(Self.variable) is empty; it is to hold the key")
    #expect(try message(["api_key_file": .string(path)]).hasSuffix("cannot be read: No such file or directory"))
    for (text, words) in [
      ("two words", "one word"), ("caf\u{E9}", "one word"), (String(repeating: "x", count: 20_000), "16384"),
    ] {
      try write(text)
      let said = try message(["api_key_file": .string(path)])
      #expect(said.contains(words) && !said.contains(text))
    }
    #expect(try message(["headers": ["X": "${CUPEL_NOT_SET}"]]).contains("CUPEL_NOT_SET of the header X"))
  }

  @Test func aFileThatWasChangedIsReadAgain() throws {
    try write("sk-one")
    let ring = try KeyRing(options(["api_key_file": .string(path)]))
    try write("sk-two", to: path + ".new")
    rename(path + ".new", path)
    #expect(ring.headers().secrets == ["sk-two"])
    // Half-way through being written, or gone: the server shall say whether the key is still good.
    try write("")
    #expect(ring.headers().secrets == ["sk-two"])
    unlink(path)
    #expect(ring.headers().secrets == ["sk-two"])
    try write("sk-three")
    #expect(ring.headers().secrets == ["sk-three"])
  }

  @Test func aKeyThatIsTurnedDownIsReadAgainOnce() async throws {
    try write("sk-old-one")
    let path = path
    let server = try ModelServer { request in
      let key = request.header("Authorization") ?? ""
      // The new key is in the file only when the old one has been turned down.
      if request.ordinal == 1, let file = fopen(path, "w") {
        fputs("sk-new-one", file)
        fclose(file)
      }
      return key == "Bearer sk-new-one" ? .chat("x") : .error(401, "Incorrect API key provided: \(key.dropFirst(7))")
    }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let more = #", "api_key_file": "\#(path)""#
    let delivered = try await delivery([server], client, clock, more).deliver(letter, deadline: clock.now + .seconds(9))
    #expect(delivered.attempts == 2)
    #expect(clock.sleeps.isEmpty)

    server.answer { .error(401, "Incorrect API key provided: \(($0.header("Authorization") ?? "").dropFirst(7))") }
    let failure = try #require(
      try await delivery([server], client, clock, more).outcome(letter, deadline: clock.now + .seconds(9)).failure)
    #expect(failure.attempts == 1)
    #expect(failure.unscored.message.contains("answered 401: Incorrect API key provided: [key]; after 1 attempt"))
    #expect(failure.unscored.message.hasSuffix("check the key in the file \(path)"))
    #expect(!"\(failure)".contains("sk-new-one"))
  }

  @Test(arguments: [200, 302, 400, 401, 404, 418, 500]) func noServerCanBringTheKeyIntoAMessage(status: Int)
    async throws
  {
    try write("sk-very-secret")
    let server = try ModelServer { request in
      let key = request.header("Authorization") ?? ""
      guard request.path != "/v1/models" else { return .models(key) }
      return .error(status, "you said \(key)", dialect: .openAI, type: key).adding("Location", "/?\(key)")
    }
    defer { server.close() }
    let client = try HTTPClient()
    defer { client.close() }
    let clock = QuickClock()
    let delivery = try delivery([server], client, clock, #", "retries": 1, "api_key_file": "\#(path)""#)
    let outcome = await delivery.outcome(letter, deadline: clock.now + .seconds(9))
    #expect(outcome.failure?.unscored.message.contains("[key]") == (status == 200 ? nil : true))
    if let failure = outcome.failure { #expect(!"\(failure)".contains("secret")) }
  }
}
