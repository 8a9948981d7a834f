import JSON

/// `loudness: {min: -24, max: -22}`: the integrated loudness of the sound in LUFS (EBU R128).
struct LoudnessCheck: Check {
  static let kind = CheckKind("loudness", .sound) { (arguments) throws(JSONError) in
    LoudnessCheck(bounds: try Bounds.read(arguments.argument), choice: try SoundChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: SoundChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    guard let loudness = Loudness.integrated(try choice.response(subject)) else {
      throw Unscorable("the sound has no loudness: it is shorter than 0.4 s, or all of it is below -70 LUFS")
    }
    return bounds.measure(loudness, "the loudness is \(Reason.number(loudness, digits: 2)) LUFS")
  }
}
