import JSON
import Judging
import Media
import Wire

/// What the model can be shown, by showing it something small.
extension Probe {
  /// `promptTokens` are those of the question alone: a server that takes a picture and does not look at it counts no more.
  mutating func media(_ chat: ChatOptions, promptTokens: Int?) async {
    var modalities: [JSONValue] = []
    var picture = Self.square(2)
    var images = await show("images", .image(picture), chat, promptTokens)
    if images == .no {
      // Some models look at patches of 28 pixels and refuse what is smaller.
      picture = Self.square(64)
      images = await show("images, 64 x 64", .image(picture), chat, promptTokens)
    }
    if images == .yes {
      modalities.append("image")
      if await frames(picture, chat, promptTokens) { modalities.append("frames") }
    } else {
      note("frames", images, "pictures were not seen, so these were not tried")
    }
    let tone = Sound(rate: 16_000, channels: 1, samples: (0..<1600).map { $0 % 32 < 16 ? 0.1 : -0.1 })
    if await show("sound", .sound(tone), chat, promptTokens) == .yes { modalities.append("sound") }
    if !modalities.isEmpty { found["modalities"] = .array(modalities) }
  }

  /// Two frames, as images and as a video.
  private mutating func frames(_ picture: Image, _ chat: ChatOptions, _ promptTokens: Int?) async -> Bool {
    let frames = [0, 500_000].map { Frame(timeMicroseconds: $0, image: picture) }
    var chat = chat
    chat.frames = .images
    let asImages = await show("frames as images", .frames(frames), chat, promptTokens)
    chat.frames = .videoURL
    let asVideo = await show("frames as video_url", .frames(frames), chat, promptTokens)
    if asImages != .yes, asVideo == .yes { found["frames"] = "video_url" }
    return asImages == .yes || asVideo == .yes
  }

  private mutating func show(
    _ name: String, _ part: JudgePart, _ chat: ChatOptions, _ promptTokens: Int?
  ) async -> ProbeReport.Status {
    let call = JudgeCall(probing: [part, .text(Self.question)], Sampling(temperature: 0, maxTokens: 16))
    let outcome = await session.ask(call, chat)
    var status = ProbeReport.Status.unknown
    if case .refused = outcome { status = .no }
    note(name, outcome) { contents in
      let seen = Self.seen(contents.usage.promptTokens, promptTokens)
      status = seen.0
      return seen
    }
    return status
  }

  private static func seen(_ tokens: Int?, _ without: Int?) -> (ProbeReport.Status, String) {
    guard let tokens, let without else {
      return (.unknown, "taken, but the server counts no tokens that would show that it was read")
    }
    guard tokens > without else {
      return (.no, "taken and passed over: the prompt has \(tokens) tokens with it and \(without) without")
    }
    return (.yes, "read as \(tokens - without) tokens")
  }

  private static func square(_ side: Int) -> Image {
    Image(width: side, height: side, pixels: (0..<3 * side * side).map { $0 % 3 == 0 ? 220 : 30 })
  }
}
