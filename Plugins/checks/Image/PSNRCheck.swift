import Glibc
import JSON

/// `psnr: $reference`: the peak signal-to-noise ratio in dB over all channels, `skimage.metrics.peak_signal_noise_ratio`
/// with `data_range=255`. Equal pictures, whose ratio is infinite, get ``equalPictures``.
struct PSNRCheck: Check {
  static let kind = CheckKind("psnr", .image) { (arguments) throws(JSONError) in
    try ImageChoice.requireReference(arguments.argument)
    return PSNRCheck(choice: try ImageChoice(arguments))
  }

  /// No two pictures that differ come near: one step in one of 10¹² samples gives 168 dB.
  static let equalPictures = 200.0

  private let choice: ImageChoice

  var scoresItself: Bool { false }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let (response, reference) = try choice.pair(subject, for: "psnr")
    let ratio = Self.ratio(response, reference)
    guard ratio < Self.equalPictures else {
      return Measurement(value: ratio, score: nil, reason: "the pictures are equal (written as 200 dB)")
    }
    return Measurement(value: ratio, score: nil, reason: "PSNR \(Reason.number(ratio, digits: 2)) dB")
  }

  /// In dB; ``equalPictures`` for equal ones. Both have the same size.
  static func ratio(_ response: Picture, _ reference: Picture) -> Double {
    var sum = 0
    response.rgb.withUnsafeBufferPointer { left in
      reference.rgb.withUnsafeBufferPointer { right in
        for at in 0..<left.count {
          let difference = Int(left[at]) - Int(right[at])
          sum += difference * difference
        }
      }
    }
    guard sum > 0 else { return equalPictures }
    return 10 * log10(255.0 * 255.0 / (Double(sum) / Double(response.rgb.count)))
  }
}
