import JSON

/// `peak: {max: -1}`: the largest sample of all channels, in dB of full scale; silence is -200.
struct PeakCheck: Check {
  static let kind = CheckKind("peak", .sound) { (arguments) throws(JSONError) in
    PeakCheck(bounds: try Bounds.read(arguments.argument), choice: try SoundChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: SoundChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let largest = try choice.response(subject).samples.reduce(Float(0)) { max($0, abs($1)) }
    let peak = Decibels.amplitude(Double(largest))
    return bounds.measure(peak, "the peak is \(Reason.number(peak, digits: 2)) dBFS")
  }
}
