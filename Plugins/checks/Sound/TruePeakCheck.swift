import JSON

/// `true_peak: {max: -1}`: the largest value between the samples, in dB of full scale (dBTP): ITU-R BS.1770-4, annex 2, by
/// its four phases of twelve coefficients; no less than the sample peak, no more than some tenths of a dB away from the truth.
struct TruePeakCheck: Check {
  static let kind = CheckKind("true_peak", .sound) { (arguments) throws(JSONError) in
    TruePeakCheck(bounds: try Bounds.read(arguments.argument), choice: try SoundChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: SoundChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let sound = try choice.response(subject)
    let largest = (0..<sound.channels).reduce(0.0) { max($0, Self.peak(of: sound.channel($1))) }
    let peak = Decibels.amplitude(largest)
    return bounds.measure(peak, "the true peak is \(Reason.number(peak, digits: 2)) dBTP")
  }

  private static func peak(of samples: [Double]) -> Double {
    let taps = phases[0].count
    // The sound comes out of silence and ends in it.
    let edge = [Double](repeating: 0, count: taps - 1)
    var largest = samples.reduce(0.0) { max($0, abs($1)) }
    (edge + samples + edge).withUnsafeBufferPointer { padded in
      var worthwhile = 0
      for end in (taps - 1)..<padded.count {
        // Where no sample is large enough, nothing between them can be.
        if abs(padded[end]) * mostGain > largest { worthwhile = end + taps }
        guard end < worthwhile else { continue }
        for phase in phases {
          var sum = 0.0
          for tap in 0..<taps { sum += phase[tap] * padded[end - tap] }
          largest = max(largest, abs(sum))
        }
      }
    }
    return largest
  }

  /// The largest sum of the coefficients' magnitudes.
  private static let mostGain = phases.map { $0.reduce(0) { $0 + abs($1) } }.max() ?? 0

  private static let phases: [[Double]] = {
    let first = [
      0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
      0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500,
    ]
    let second = [
      -0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
      0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375,
    ]
    return [first, second, second.reversed(), first.reversed()]
  }()
}
