import JSON

/// `si_sdr: $reference`: the scale-invariant signal-to-distortion ratio in dB (Le Roux et al. 2019) of the mean of the channels; 200 for a
/// response that is the reference but for its loudness. `zero_mean` takes the means away first.
struct SISDRCheck: Check {
  static let kind = CheckKind("si_sdr", .sound, options: ["zero_mean", "trim"]) { (arguments) throws(JSONError) in
    try ImageChoice.requireReference(arguments.argument)
    return SISDRCheck(
      choice: try SoundChoice(arguments), zeroMean: try arguments.bool("zero_mean", default: false),
      trim: try arguments.bool("trim", default: false))
  }

  private let choice: SoundChoice
  private let zeroMean: Bool
  private let trim: Bool

  var scoresItself: Bool { false }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    var (estimate, target, _) = try choice.pair(subject, for: "si_sdr", trim: trim)
    if zeroMean { (estimate, target) = (Self.centred(estimate), Self.centred(target)) }
    let energy = target.reduce(0) { $0 + $1 * $1 }
    guard energy > 0 else { throw Unscorable("the reference is silent: nothing can be like it") }
    let scale = zip(estimate, target).reduce(0) { $0 + $1.0 * $1.1 } / energy
    var (signal, distortion) = (0.0, 0.0)
    for (estimate, target) in zip(estimate, target) {
      signal += scale * target * scale * target
      distortion += (scale * target - estimate) * (scale * target - estimate)
    }
    let ratio = Decibels.ratio(signal, distortion)
    return Measurement(value: ratio, score: nil, reason: "SI-SDR \(Reason.number(ratio, digits: 2)) dB")
  }

  private static func centred(_ samples: [Double]) -> [Double] {
    let mean = samples.reduce(0, +) / Double(samples.count)
    return samples.map { $0 - mean }
  }
}
