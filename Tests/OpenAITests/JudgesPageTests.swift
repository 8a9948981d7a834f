import Foundation
import JSON
import Judging
import Media
import Testing
import Wire

@testable import OpenAI

/// What docs/judges.md says of options and requests.
@Suite struct JudgesPageTests {
  private let page: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    page = try String(contentsOf: root.appending(path: "docs/judges.md"), encoding: .utf8)
  }

  @Test func everyOptionHasALine() throws {
    let start = try #require(page.firstRange(of: "\n## Options\n")?.upperBound)
    let section = page[start...].prefix(upTo: page[start...].firstRange(of: "\n## ")?.lowerBound ?? page.endIndex)
    let documented = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
      .compactMap { $0.dropFirst(3).split(separator: "`").first.map(String.init) }
    let fields = ["kind", "model", "extra_body"] + DeliveryOptions.fields + ChatOptions.fields
    #expect(documented.sorted() == fields.sorted())
    for words in [
      ChatOptions.Structured.allCases.map(\.rawValue), ChatOptions.Frames.allCases.map(\.rawValue),
      ChatOptions.SystemRole.allCases.map(\.rawValue), ChatOptions.MaxTokensField.allCases.map(\.rawValue),
      ChatOptions.Setting.allCases.map(\.rawValue), Options.Kind.allCases.map(\.rawValue),
    ].joined() {
      #expect(section.contains("`\(words)`"), "\(words)")
    }
  }

  @Test func theDefaultsAreThoseOfTheTable() throws {
    let options = try Options.read()
    let chat = try #require(options.chat)
    for line in [
      "| `max_in_flight` | \(options.delivery.maxInFlight) |", "| `retries` | \(options.delivery.retries) |",
      "| `connect_timeout_ms` | \(options.delivery.connectTimeoutMilliseconds) |",
      "| `max_response_bytes` | \(options.delivery.maxResponseBytes) |", "(up to \(chat.maxN) in one request)",
      "`max_original_bytes` (\(chat.image.files.maxOriginalBytes)), `types` (`[\(chat.image.files.types.joined(separator: ", "))]`)",
    ] {
      #expect(page.contains(line), "\(line)")
    }
    #expect(
      try Options.read(#""logprobs": true"#).chat?.maxTopLogprobs == 20
        && page.contains("`true` (up to 20 alternatives)"))
  }

  @Test func theRequestIsTheOneThatIsWritten() throws {
    let block = try #require(page.firstRange(of: "\n```json\n")).upperBound
    let text = page[block...].prefix(upTo: try #require(page[block...].firstRange(of: "\n```")).lowerBound)
    let picture = Image(
      width: 1, height: 1, pixels: [255, 0, 0], original: .init(bytes: [0xFF, 0xD8, 0xFF], mediaType: "image/jpeg"))
    let call = ChatRequestTests.call(
      [JudgeMessage(.system, [.text("Judge.")]), JudgeMessage(.user, [.text("Is it red?"), .image(picture)])],
      sampling: Sampling(temperature: 0.6, maxTokens: 4096, seed: 7))
    let options = try Options.read(#""modalities": ["image"]"#)
    let request = try ChatRequest(call, model: "m", options: #require(options.chat), extra: JSONObject())
    #expect(try JSONParser.parse(request.body(samples: 1, from: 0)) == JSONParser.parse(String(text)))
  }

  /// The sentences on what becomes of a `finish_reason` name every one that is known.
  @Test(arguments: [
    ("stop", JudgeReply.Finish.stop), ("eos_token", .stop), ("stop_sequence", .stop), ("end_turn", .stop),
    ("length", .length),
    ("max_tokens", .length), ("model_length", .length), ("content_filter", .refused), ("refusal", .refused),
    ("safety", .refused),
  ])
  func everyReasonOnThePageIsRead(reason: String, finish: JudgeReply.Finish) throws {
    #expect(page.contains("`\(reason)`"))
    let body = #"{"choices": [{"message": {"content": "1"}, "finish_reason": "\#(reason)"}]}"#
    let reader = ChatReply(source: .init(model: "m", server: "s"), samples: 1, topLogprobs: 0)
    #expect(try reader.read(Array(body.utf8)).replies.map(\.finish) == [finish])
  }
}
