import JSON

/// `mean_sharpness: {min: 100}`: the mean over all frames of what `sharpness` gives for a picture.
struct MeanSharpnessCheck: Check {
  static let kind = CheckKind("mean_sharpness", .video) { (arguments) throws(JSONError) in
    MeanSharpnessCheck(bounds: try Bounds.read(arguments.argument), choice: try VideoChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: VideoChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let pictures = try choice.response(subject).pictures
    let mean = pictures.reduce(0) { $0 + SharpnessCheck.sharpness(of: $1) } / Double(pictures.count)
    return bounds.measure(mean, "the Laplacian's variance is \(Reason.number(mean, digits: 2)) on average")
  }
}
