internal import Glibc
import Wire

/// Another sound in place of each sound: what could only be known by listening can no longer be right.
///
/// A sound → one second of silence, of noise, or of a plain tone
struct MissingSound: Perturbation {
  let name = "missing-sound"
  let suite = AuditSuite.media
  let summary = "Silence, noise or a tone in place of the sound."
  let expectation = Expectation.mustChange
  let needs: Needs = [.sound, .gold]

  private static let rate = 16_000

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    guard let best = item.best else { return [] }
    return Self.sounds(item.id, setting).map { name, samples in
      let url = Wave.url(samples, rate: Self.rate)
      let changed = item.item.replacingMedia { $0.kind == .sound ? MediaReference(kind: .sound, url: url) : $0 }
      return Variant(name: name, item: changed, favoured: best)
    }
  }

  /// One second each, from -32768 to 32767.
  private static func sounds(_ item: String, _ setting: AuditSetting) -> [(name: String, samples: [Int16])] {
    var noise = Digest.seed("audit", "sound", String(setting.seed), item) | 1
    return [
      ("silence", Array(repeating: 0, count: rate)),
      (
        "noise",
        (0..<rate).map { _ in
          // Marsaglia's xorshift is noise enough for the ear.
          noise ^= noise << 13
          noise ^= noise >> 7
          noise ^= noise << 17
          return Int16(truncatingIfNeeded: noise >> 40) / 8
        }
      ), ("tone", (0..<rate).map { Int16(8000 * sin(2 * .pi * 440 * Double($0) / Double(rate))) }),
    ]
  }

  var examples: [Example] {
    let item = AuditItem(
      Item(
        id: "q", prompt: Content(parts: [.media(.init(kind: .sound, url: "a.wav")), .text("Who speaks?")]),
        responses: [Content("Ada")]), gold: .pass(true))
    let becomes = Self.sounds("q", AuditSetting()).map { name, samples in
      let url = Wave.url(samples, rate: Self.rate)
      let prompt = Content(parts: [.media(.init(kind: .sound, url: url)), .text("Who speaks?")])
      return (name, Item(id: "q", prompt: prompt, responses: [Content("Ada")]))
    }
    return [Example(item: item, becomes: Dictionary(uniqueKeysWithValues: becomes))]
  }
}
