import Judging
import LlamaScheduling
import Media
import PluginKit

/// How media of a message become parts of a prompt. What the model cannot be shown is refused, with what to do.
struct MediaPlacing {
  /// A part of a message: words of its own, or an item.
  enum Part {
    case text(String)
    case media(MediaItem)
  }

  private let projector: Projector?
  private let frames: LlamaOptions.Frames
  /// Of the context.
  private let mostTokens: Int

  /// Shorter sounds have less than one window of a spectrum, and libmtmd may end the process.
  private static let shortestSound = 0.1

  /// The most that one side of a picture may be of the other, as in Qwen's processors: libmtmd scales thinner ones up beyond all limits.
  private static let thinnest = 200

  init(_ projector: Projector?, _ frames: LlamaOptions.Frames, mostTokens: Int) {
    self.projector = projector
    self.frames = frames
    self.mostTokens = mostTokens
  }

  /// A message's part as it is put into a prompt.
  func parts(_ part: JudgePart) throws(PluginError) -> [Part] {
    switch part {
    case .text(let text): return [.text(text)]
    case .image(let image):
      try check(image)
      return [.media(MediaItem(.pictures([image])))]
    case .frames(let frames, _):
      for frame in frames { try check(frame.image) }
      return parts(frames)
    case .sound(let sound, _): return [.media(MediaItem(.sound(try samples(of: sound))))]
    }
  }

  /// The pieces of an item.
  func layout(of item: MediaItem) throws(PluginError) -> [Chunks.Shape] {
    guard let projector else { throw refusal("media") }
    return try projector.layout(of: item)
  }

  private func parts(_ frames: [Frame]) -> [Part] {
    let each = self.frames == .pairs ? 2 : 1
    return stride(from: 0, to: frames.count, by: each).flatMap { start -> [Part] in
      let shown = frames[start..<min(start + each, frames.count)]
      let times = shown.map { "\($0.seconds) s" }.joined(separator: " and ")
      let numbers = shown.count == 1 ? "Frame \(start + 1)" : "Frames \(start + 1) and \(start + 2)"
      return [
        .text("\(numbers) of \(frames.count), at \(times):"), .media(MediaItem(.pictures(shown.map(\.image)))),
      ]
    }
  }

  private func check(_ image: Image) throws(PluginError) {
    guard projector?.sees == true else { throw refusal("pictures") }
    let (short, long) = (min(image.width, image.height), max(image.width, image.height))
    guard long <= Self.thinnest * short else {
      throw PluginError(
        .invalidInput,
        "a picture of \(image.width) x \(image.height) is too thin: a side may be \(Self.thinnest) times the other at most"
      )
    }
  }

  private func refusal(_ what: String) -> PluginError {
    guard let projector else {
      return PluginError(
        .invalidInput, "the judge has no projector, so its model cannot be shown \(what); name one with 'mmproj'")
    }
    return PluginError(
      .invalidInput,
      "the projector \(projector.file.path) (\(projector.kinds.joined(separator: ", "))) takes no \(what)")
  }

  private func samples(of sound: Sound) throws(PluginError) -> [Float] {
    guard let rate = projector?.rate else { throw refusal("sound") }
    guard sound.rate == rate, sound.channels == 1 else {
      throw PluginError(
        .invalidInput,
        "the sound has \(sound.channels) channels at \(sound.rate) Hz, and the model hears one at \(rate) Hz; say "
          + "'media: {sound_rate_hz: \(rate), sound_channels: 1}' for the judge")
    }
    let seconds = Double(sound.samples.count) / Double(rate)
    guard seconds >= Self.shortestSound else {
      throw PluginError(.invalidInput, "a sound of \(seconds) s is too short; the shortest is \(Self.shortestSound) s")
    }
    // No model makes less than one token of a second; how many exactly is only known after its spectrum.
    guard seconds < Double(mostTokens) else {
      throw PluginError(
        .invalidInput,
        "a sound of \(Int(seconds)) s is more than the context of \(mostTokens) tokens holds; raise 'context', or cut it"
      )
    }
    if let at = sound.samples.firstIndex(where: { !$0.isFinite }) {
      throw PluginError(.invalidInput, "sample \(at) of the sound is not a number")
    }
    return sound.samples
  }
}
