import JSON
import Judging
import Media
import Wire

/// What the model can be shown, by showing it something small.
///
/// That a server takes a picture says little: some pass it over, and some write its file into the prompt as text. Whoever looks
/// at it counts tokens for it, and as many for a plain one as for one of noise that is as large and whose file is much longer.
extension Probe {
  /// `promptTokens` are those of the question alone.
  mutating func media(_ chat: ChatOptions, promptTokens: Int?) async {
    var modalities: [JSONValue] = []
    await smallest(chat)
    if await sees("images", chat, promptTokens, { .image(Self.picture(isNoise: $0)) }) {
      modalities.append("image")
      if await frames(chat, promptTokens) { modalities.append("frames") }
    } else {
      note("frames", .unknown, "pictures are not seen, so these were not tried")
    }
    if await sees("sound", chat, promptTokens, { .sound(Self.sound(isNoise: $0)) }) { modalities.append("sound") }
    if !modalities.isEmpty { found["modalities"] = .array(modalities) }
  }

  /// Some models look at patches of 28 pixels and refuse what is smaller, whatever else they see.
  private mutating func smallest(_ chat: ChatOptions) async {
    let picture = Image(width: 2, height: 2, pixels: [UInt8](repeating: 90, count: 12))
    note("an image of 2 x 2", await ask(.image(picture), chat)) { _ in (.yes, "taken") }
  }

  /// Two frames, as images and as a video.
  private mutating func frames(_ chat: ChatOptions, _ promptTokens: Int?) async -> Bool {
    let frames: (Bool) -> JudgePart = { isNoise in
      .frames([0, 500_000].map { Frame(timeMicroseconds: $0, image: Self.picture(isNoise: isNoise)) })
    }
    var chat = chat
    chat.frames = .images
    let asImages = await sees("frames as images", chat, promptTokens, frames)
    chat.frames = .videoURL
    let asVideo = await sees("frames as video_url", chat, promptTokens, frames)
    if !asImages, asVideo { found["frames"] = "video_url" }
    return asImages || asVideo
  }

  private func ask(_ part: JudgePart, _ chat: ChatOptions) async -> ProbeSession.Outcome<ChatReply.Contents> {
    await session.ask(
      JudgeCall(probing: [part, .text(Self.question)], Sampling(temperature: 0, maxTokens: 16)), chat)
  }

  private mutating func sees(
    _ name: String, _ chat: ChatOptions, _ promptTokens: Int?, _ part: (_ isNoise: Bool) -> JudgePart
  ) async -> Bool {
    let plain = await ask(part(false), chat)
    guard case .answered(let contents) = plain, let tokens = contents.usage.promptTokens, let promptTokens else {
      note(name, plain) { _ in (.unknown, "taken, but the server counts no tokens that would show that it was read") }
      return false
    }
    guard tokens > promptTokens else {
      note(name, .no, "taken and passed over: the prompt has \(tokens) tokens with it and \(promptTokens) without")
      return false
    }
    var isSeen = false
    note(name, await ask(part(true), chat)) { contents in
      guard let noise = contents.usage.promptTokens else {
        return (.unknown, "the server counted the tokens of a plain one, and not those of one of noise")
      }
      isSeen = abs(noise - tokens) <= 2
      if isSeen { return (.yes, "read as \(tokens - promptTokens) tokens") }
      return (.no, "written into the prompt as text: \(tokens) tokens with a plain one, \(noise) with one of noise")
    }
    return isSeen
  }

  private static func picture(isNoise: Bool) -> Image {
    let side = 64
    return Image(
      width: side, height: side,
      pixels: (0..<3 * side * side).map { isNoise ? noise($0) : $0 % 3 == 0 ? 220 : 30 })
  }

  /// A tenth of a second, of silence or of noise in a higher quality.
  private static func sound(isNoise: Bool) -> Sound {
    let rate = isNoise ? 48_000 : 8000
    return Sound(rate: rate, channels: 1, samples: (0..<rate / 10).map { isNoise ? Float(noise($0)) / 256 - 0.5 : 0 })
  }

  /// The same for the same place, and without a pattern (Knuth's multiplicative hash).
  private static func noise(_ place: Int) -> UInt8 {
    let mixed = UInt32(truncatingIfNeeded: place) &* 2_654_435_761
    return UInt8(truncatingIfNeeded: (mixed ^ mixed >> 15) &* 2_246_822_519 >> 24)
  }
}
