import Media

/// What was decoded, for people.
struct MediaText {
  let lines: [String]

  init(_ loaded: LoadedMedia) {
    let media = loaded.media
    var lines = ["digest: \(loaded.digest)"]
    if let image = media.image { lines.append("image: \(image.width) x \(image.height) pixels") }
    if let first = media.frames.first {
      let times = media.frames.map { Self.seconds(Double($0.timeMicroseconds) / 1e6) }
      lines.append("frames: \(times.count) of \(first.image.width) x \(first.image.height) pixels")
      lines.append("  shown at: \(times.joined(separator: " ")) s")
    }
    if let sound = media.sound {
      let length = Double(sound.samples.count / sound.channels) / Double(sound.rate)
      let channels = sound.channels == 1 ? "1 channel" : "\(sound.channels) channels"
      lines.append("sound: \(Self.seconds(length)) s, \(sound.rate) Hz, \(channels)")
    }
    lines.append("facts:" + (media.facts.isEmpty ? " none" : ""))
    for fact in media.facts { lines.append("  \(fact.key): \(fact.value)") }
    lines.append("notes:" + (loaded.notes.isEmpty ? " none" : ""))
    for note in loaded.notes { lines.append("  \(note.code): \(note.message)") }
    self.lines = lines
  }

  /// With three decimals.
  private static func seconds(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let rest = String(abs(thousandths) % 1000)
    let sign = thousandths < 0 ? "-" : ""
    return "\(sign)\(abs(thousandths) / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
  }
}
