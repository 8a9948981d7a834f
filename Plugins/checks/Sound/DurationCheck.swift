import JSON

/// `duration: {min: 1, max: 10}`: how long the sound is, in seconds.
struct DurationCheck: Check {
  static let kind = CheckKind("duration", .sound) { (arguments) throws(JSONError) in
    DurationCheck(bounds: try Bounds.read(arguments.argument), choice: try SoundChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: SoundChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let seconds = try choice.response(subject).duration
    return bounds.measure(seconds, "the sound is \(Reason.number(seconds, digits: 3)) s long")
  }
}
