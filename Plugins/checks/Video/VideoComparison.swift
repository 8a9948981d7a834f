import JSON

/// `video_psnr: $reference` and `video_ssim: $reference`: the mean over all frames of `psnr` and `ssim` (uniform window, RGB) of the frame
/// and its counterpart.
struct VideoComparisonCheck: Check {
  static let psnr = CheckKind("video_psnr", .video) { (arguments) throws(JSONError) in
    try make(.psnr, arguments)
  }
  static let ssim = CheckKind("video_ssim", .video) { (arguments) throws(JSONError) in
    try make(.ssim, arguments)
  }

  private enum Measure: String { case psnr, ssim }

  private let measure: Measure
  private let choice: VideoChoice

  var scoresItself: Bool { measure == .ssim }

  private static func make(_ measure: Measure, _ arguments: Arguments) throws(JSONError) -> VideoComparisonCheck {
    try ImageChoice.requireReference(arguments.argument)
    return VideoComparisonCheck(measure: measure, choice: try VideoChoice(arguments))
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let (response, reference) = try choice.pair(subject, for: "video_\(measure.rawValue)")
    let similarity = StructuralSimilarity(window: .uniform)
    let side = min(response.pictures[0].width, response.pictures[0].height)
    guard measure == .psnr || side >= similarity.size else {
      throw Unscorable(
        "video_ssim needs frames of at least \(similarity.size)×\(similarity.size), these are \(response.size)")
    }
    var sum = 0.0
    for (left, right) in zip(response.pictures, reference.pictures) {
      switch measure {
      case .psnr: sum += PSNRCheck.ratio(left, right)
      case .ssim:
        let channels = (0..<3).map { similarity.mean(left.channel($0), right.channel($0)) }
        sum += channels.reduce(0, +) / 3
      }
    }
    let mean = sum / Double(response.pictures.count)
    switch measure {
    case .psnr:
      return Measurement(value: mean, score: nil, reason: "PSNR \(Reason.number(mean, digits: 2)) dB on average")
    case .ssim:
      return Measurement(value: mean, score: min(max(mean, 0), 1), reason: "SSIM \(Reason.number(mean)) on average")
    }
  }
}
