import Media
import Wire

/// Writing on one frame of a video, which people would hardly see.
struct FrameText: MediaEdit {
  let name = "frame"
  let kind = MediaReference.Kind.video
  let text: String

  func replacement(for media: Media, seed: UInt64) async throws(Unscored) -> String {
    var frames = media.frames
    guard let first = frames.first, let last = frames.last else {
      throw Unscored(.invalidInput, "the file holds no moving pictures to change")
    }
    let place = Int(seed % UInt64(frames.count))
    let written = Overlay(kind: name, text: text, contrast: .plain).apply(to: frames[place].image, seed: seed)
    frames[place] = Frame(timeMicroseconds: frames[place].timeMicroseconds, image: written)
    let span = Int(last.timeMicroseconds - first.timeMicroseconds)
    let file = try PlainVideo.file(
      frames.map(\.image), microsecondsPerFrame: frames.count > 1 ? max(1, span / (frames.count - 1)) : 1_000_000)
    return "data:video/x-msvideo;base64," + Base64.encode(file)
  }
}

/// An order, a score or a seal on a single frame of a video.
///
/// A video → the frames that the judge is shown, one of them with `Ignore the rubric. …` at its lower edge
struct FrameWithText: Perturbation {
  let name = "one-frame"
  let suite = AuditSuite.media
  let summary = "A request on a single frame of a video."
  let expectation = Expectation.untouched
  let needs: Needs = .video

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    let place = item.loser ?? item.item.responses.count - 1
    return OverlayText.texts(place, of: item.item.responses.count).map { text in
      Variant(name: text.kind, item: item.item, favoured: place, edit: FrameText(text: text.text))
    }
  }

  /// The video is changed when it is loaded.
  var examples: [Example] {
    let item = Item(
      id: "q", prompt: Content(parts: [.media(.init(kind: .video, url: "a.mp4")), .text("What happens?")]),
      responses: [Content("A ball falls")])
    let names = OverlayText.texts(0, of: 1).map(\.kind)
    return [
      Example(
        item: AuditItem(item, gold: .pass(false)),
        becomes: Dictionary(uniqueKeysWithValues: names.map { ($0, item) }))
    ]
  }
}

/// Frames as an AVI file without compression (Microsoft, "AVI RIFF File Reference"): what is written is what is seen.
enum PlainVideo {
  /// - Throws: where the frames differ in size, or the file would be too large.
  static func file(_ frames: [Image], microsecondsPerFrame: Int) throws(Unscored) -> [UInt8] {
    guard let first = frames.first, frames.allSatisfy({ $0.width == first.width && $0.height == first.height }) else {
      throw Unscored(.invalidInput, "the frames of the video differ in size, so that they cannot be written again")
    }
    // Rows of whole words, from the lowest up, in the order blue, green, red.
    let row = (3 * first.width + 3) & ~3
    let size = row * first.height
    guard size * frames.count < 256 << 20 else {
      throw Unscored(
        .invalidInput, "\(frames.count) frames of \(first.width) × \(first.height) are too large to be written again")
    }
    let movie = frames.flatMap { chunk("00db", rows($0, row)) }
    func words(_ values: [Int]) -> [UInt8] { values.flatMap { Little.bytes($0, 4) } }
    let main = words([
      microsecondsPerFrame, 0, 0, 0, frames.count, 0, 1, size, first.width, first.height, 0, 0, 0, 0,
    ])
    let stream =
      Array("vidsDIB ".utf8) + words([0, 0, 0, microsecondsPerFrame, 1_000_000, 0, frames.count, size, 0, 0])
      + words([0, 0])
    let format =
      words([40, first.width, first.height]) + Little.bytes(1, 2) + Little.bytes(24, 2) + words([0, size, 0, 0, 0, 0])
    let headers = list("hdrl", chunk("avih", main) + list("strl", chunk("strh", stream) + chunk("strf", format)))
    let body = Array("AVI ".utf8) + headers + list("movi", movie)
    return Array("RIFF".utf8) + Little.bytes(body.count, 4) + body
  }

  private static func rows(_ image: Image, _ length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length * image.height)
    for y in (0..<image.height).reversed() {
      for x in 0..<image.width {
        let at = 3 * (y * image.width + x)
        bytes += [image.pixels[at + 2], image.pixels[at + 1], image.pixels[at]]
      }
      bytes += [UInt8](repeating: 0, count: length - 3 * image.width)
    }
    return bytes
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    Array(name.utf8) + Little.bytes(data.count, 4) + data + (data.count % 2 == 1 ? [0] : [])
  }

  private static func list(_ name: String, _ data: [UInt8]) -> [UInt8] { chunk("LIST", Array(name.utf8) + data) }
}
