import JSON

/// `clipping: {max: 0.001}`: the share of samples, 0 to 1, that stand in runs of at least `run` (3) at or beyond `level` (0.999) of
/// full scale, channel by channel. With `true`, the score is 1 minus the share.
struct ClippingCheck: Check {
  static let kind = CheckKind("clipping", .sound, options: ["level", "run"]) { (arguments) throws(JSONError) in
    ClippingCheck(
      bounds: try Bounds.read(arguments.argument), choice: try SoundChoice(arguments),
      level: Float(try arguments["level"]?.double(in: 0...1) ?? 0.999),
      run: try arguments.int("run", default: 3, in: 1...1_000_000))
  }

  private let bounds: Bounds
  private let choice: SoundChoice
  private let level: Float
  private let run: Int

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let sound = try choice.response(subject)
    var clipped = 0
    for channel in 0..<sound.channels {
      var length = 0
      for place in stride(from: channel, to: sound.samples.count, by: sound.channels) {
        let isFull = abs(sound.samples[place]) >= level
        if isFull { length += 1 }
        if isFull, length == run { clipped += run } else if isFull, length > run { clipped += 1 }
        if !isFull { length = 0 }
      }
    }
    let share = Double(clipped) / Double(sound.samples.count)
    let described = "\(Reason.number(100 * share)) % of the samples are clipped"
    return bounds.areGiven
      ? bounds.measure(share, described) : Measurement(value: share, score: 1 - share, reason: described)
  }
}
