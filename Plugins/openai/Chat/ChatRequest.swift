import JSON
import Judging
import Media
import Wire

/// The body of a request to `/chat/completions`, written once for a call; what tells its samples apart is added for each.
struct ChatRequest {
  static let path = "/chat/completions"

  /// Everything but the seed, `n` and the closing brace.
  private let head: [UInt8]
  private let seed: UInt64?

  /// Throws for what the judge is not configured to be shown, and for media that cannot be encoded.
  init(_ call: JudgeCall, model: String, options: ChatOptions, extra: JSONObject) throws(Unscored) {
    var body = BodyWriter(capacity: Self.size(of: call))
    do {
      body.raw("{\"model\":")
      try body.value(.string(model))
      body.raw(",\"messages\":")
      var messages = MessageWriter(options: options, body: body)
      try messages.write(call.messages)
      body = messages.body
      body.raw(",\"stream\":false")
      for member in Self.settings(call, options) + extra.members.map({ ($0.key, $0.value) }) {
        body.raw(",")
        try body.value(.string(member.0))
        body.raw(":")
        try body.value(member.1)
      }
    } catch let error as Unscored {
      throw error
    } catch {
      throw Unscored(.invalidInput, "the call cannot be written as JSON: \(error)")
    }
    head = body.bytes
    seed = options.omitted.contains(.seed) ? nil : call.sampling.seed
  }

  /// The body that asks for `count` replies, the first of which is sample `first` of the call.
  func body(samples count: Int, from first: Int) -> [UInt8] {
    var body = head
    body.reserveCapacity(head.count + 64)
    if let seed { body += ",\"seed\":\(Self.seed(seed, first))".utf8 }
    if count > 1 { body += ",\"n\":\(count)".utf8 }
    body.append(UInt8(ascii: "}"))
    return body
  }

  /// The seed of one sample: counted up from that of the call, as vLLM does it for the choices of one request. A seed of 31 bits
  /// stays one, since servers take no larger ones.
  private static func seed(_ seed: UInt64, _ sample: Int) -> UInt64 {
    let limit: UInt64 = seed < 1 << 31 ? 1 << 31 : 1 << 63
    return (seed &+ UInt64(sample)) & (limit - 1)
  }

  private static func settings(_ call: JudgeCall, _ options: ChatOptions) -> [(String, JSONValue)] {
    let sampling = call.sampling
    var members: [(String, JSONValue)] = []
    func add(_ setting: ChatOptions.Setting, _ value: JSONValue?) {
      if let value, !options.omitted.contains(setting) { members.append((setting.rawValue, value)) }
    }
    add(.temperature, sampling.temperature.map { .number($0) })
    add(.topP, sampling.topP.map { .number($0) })
    if let most = sampling.maxTokens { members.append((options.maxTokensField.rawValue, .int(Int64(most)))) }
    add(.stop, sampling.stop.isEmpty ? nil : .array(sampling.stop.map { .string($0) }))
    if sampling.topLogprobs > 0 {
      members += [("logprobs", true), ("top_logprobs", .int(Int64(sampling.topLogprobs)))]
    }
    if let held = StructuredOutput(style: options.structured).member(for: call.answerShape) { members.append(held) }
    return members
  }

  /// About how many bytes the body will take, so that the buffer seldom grows.
  private static func size(of call: JudgeCall) -> Int {
    func size(_ image: Image) -> Int {
      BodyWriter.base64Count(image.original?.bytes.count ?? image.pixels.count) + 256
    }
    return call.messages.reduce(1024) { sum, message in
      message.parts.reduce(sum + 64) { sum, part in
        switch part {
        case .text(let text): sum + text.utf8.count + text.utf8.count / 8 + 64
        case .image(let image): sum + size(image)
        case .frames(let frames, _): frames.reduce(sum) { $0 + size($1.image) }
        case .sound(let sound, _): sum + BodyWriter.base64Count(2 * sound.samples.count) + 256
        }
      }
    }
  }
}
