import JSON

/// Which sound of the response (and of the reference) a sound check listens to: the common option `sound`, counted from 1.
struct SoundChoice: Sendable {
  static let option = "sound"
  private let number: Int

  init(_ arguments: Arguments) throws(JSONError) {
    number = try arguments.int(Self.option, default: 1, in: 1...10_000)
  }

  func response(_ subject: Subject) throws(Unscorable) -> SoundTrack {
    try Self.pick(subject.sounds, number, "the response")
  }

  /// Both sounds, which must have the same rate and length to be compared sample by sample. With `trim`, the longer one is cut.
  func pair(
    _ subject: Subject, for check: String, trim: Bool
  ) throws(Unscorable) -> (response: [Double], reference: [Double], rate: Int) {
    let response = try response(subject)
    let reference = try Self.pick(subject.referenceSounds, number, "the reference")
    guard response.rate == reference.rate else {
      throw Unscorable(
        "\(check) compares samples, but the response has \(response.rate) Hz and the reference \(reference.rate) Hz")
    }
    guard trim || response.count == reference.count else {
      throw Unscorable(
        "\(check) compares samples, but the response has \(response.count) of them and the reference \(reference.count); with trim: true, "
          + "the longer one is cut")
    }
    let count = min(response.count, reference.count)
    return (Array(response.mono.prefix(count)), Array(reference.mono.prefix(count)), response.rate)
  }

  private static func pick(_ sounds: [SoundTrack], _ number: Int, _ whose: String) throws(Unscorable) -> SoundTrack {
    guard number <= sounds.count else {
      let found = sounds.isEmpty ? "no sound" : "\(Reason.count(sounds.count, "sound")), not \(number)"
      throw Unscorable("\(whose) has \(found)")
    }
    guard sounds[number - 1].count > 0 else { throw Unscorable("\(whose)'s sound is empty") }
    return sounds[number - 1]
  }
}
