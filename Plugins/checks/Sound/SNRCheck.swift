import JSON

/// `snr: {min: 20}`: an estimate of the signal-to-noise ratio in dB without a reference. The noise is the mean power of the quietest tenth of
/// frames of 20 ms, the signal the mean power of all less that. It holds for noise that goes on through pauses, such as a room's under
/// speech; a sound without pauses has none that could be measured, and looks noisy.
struct SNRCheck: Check {
  static let kind = CheckKind("snr", .sound) { (arguments) throws(JSONError) in
    SNRCheck(bounds: try Bounds.read(arguments.argument), choice: try SoundChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: SoundChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let sound = try choice.response(subject)
    let size = sound.rate / 50
    let samples = sound.mono
    guard size > 0, samples.count >= 10 * size else { throw Unscorable("snr needs a sound of at least 0.2 s") }
    let powers = stride(from: 0, through: samples.count - size, by: size).map { start in
      samples[start..<start + size].reduce(0) { $0 + $1 * $1 } / Double(size)
    }
    let quiet = powers.sorted().prefix(max(1, powers.count / 10))
    let noise = quiet.reduce(0, +) / Double(quiet.count)
    let mean = powers.reduce(0, +) / Double(powers.count)
    guard mean > 0 else { throw Unscorable("the sound is silent: there is neither signal nor noise") }
    let ratio = Decibels.ratio(mean - noise, noise)
    return bounds.measure(ratio, "the signal-to-noise ratio is about \(Reason.number(ratio, digits: 1)) dB")
  }
}
