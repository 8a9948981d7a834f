import Glibc
import JSON

/// `log_spectral_distance: $reference`: how far the spectra are apart, in dB, 0 for equal sounds (Gray and Markel 1976): the mean over frames of the
/// root mean square difference of log power spectra, of the mean of the channels. Frames of 1024 samples under a Hann window, each 512
/// after the one before; powers below 1e-10 count as that.
struct SpectralDistanceCheck: Check {
  static let kind = CheckKind("log_spectral_distance", .sound, options: ["trim"]) { (arguments) throws(JSONError) in
    try ImageChoice.requireReference(arguments.argument)
    return SpectralDistanceCheck(
      choice: try SoundChoice(arguments), trim: try arguments.bool("trim", default: false))
  }

  private let choice: SoundChoice
  private let trim: Bool
  private static let size = 1024

  var scoresItself: Bool { false }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let (response, reference, _) = try choice.pair(subject, for: "log_spectral_distance", trim: trim)
    guard response.count >= Self.size else {
      throw Unscorable("log_spectral_distance needs \(Self.size) samples, there are \(response.count)")
    }
    let transform = FourierTransform(size: Self.size)
    let window = (0..<Self.size).map { 0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(Self.size)) }
    func spectrum(_ samples: [Double], _ start: Int) -> [Double] {
      transform.powers(of: (0..<Self.size).map { samples[start + $0] * window[$0] }).map { 10 * log10(max($0, 1e-10)) }
    }
    var (sum, frames) = (0.0, 0)
    for start in stride(from: 0, through: response.count - Self.size, by: Self.size / 2) {
      let (left, right) = (spectrum(response, start), spectrum(reference, start))
      let squares = zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      sum += (squares / Double(left.count)).squareRoot()
      frames += 1
    }
    let distance = sum / Double(frames)
    return Measurement(
      value: distance, score: nil, reason: "log-spectral distance \(Reason.number(distance, digits: 2)) dB")
  }
}
