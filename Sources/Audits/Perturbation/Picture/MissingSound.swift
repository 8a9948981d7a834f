internal import Glibc
import Media
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
      let url = "data:audio/wav;base64," + Base64.encode(Self.wave(samples))
      let changed = item.item.mappingContents { content in
        Content(
          turns: content.turns.map { turn in
            Turn(
              role: turn.role,
              parts: turn.parts.map { part in
                guard case .media(let reference) = part, reference.kind == .sound else { return part }
                return .media(MediaReference(kind: .sound, url: url))
              })
          })
      }
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

  /// A RIFF file of 16-bit mono.
  static func wave(_ samples: [Int16]) -> [UInt8] {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let data = samples.flatMap { little(Int($0), 2) }
    let format = little(1, 2) + little(1, 2) + little(rate, 4) + little(2 * rate, 4) + little(2, 2) + little(16, 2)
    return Array("RIFF".utf8) + little(36 + data.count, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + format
      + Array("data".utf8) + little(data.count, 4) + data
  }

  var examples: [Example] {
    let item = AuditItem(
      Item(
        id: "q", prompt: Content(parts: [.media(.init(kind: .sound, url: "a.wav")), .text("Who speaks?")]),
        responses: [Content("Ada")]), gold: .pass(true))
    let becomes = Self.sounds("q", AuditSetting()).map { name, samples in
      let url = "data:audio/wav;base64," + Base64.encode(Self.wave(samples))
      let prompt = Content(parts: [.media(.init(kind: .sound, url: url)), .text("Who speaks?")])
      return (name, Item(id: "q", prompt: prompt, responses: [Content("Ada")]))
    }
    return [Example(item: item, becomes: Dictionary(uniqueKeysWithValues: becomes))]
  }
}
