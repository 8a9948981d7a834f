import JSON

/// `exposure: {min: 0.2, max: 0.8}`: the mean luma, 0 (black) to 1 (white).
struct ExposureCheck: Check {
  static let kind = CheckKind("exposure", .image) { (arguments) throws(JSONError) in
    ExposureCheck(bounds: try Bounds.read(arguments.argument), choice: try ImageChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: ImageChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let mean = try choice.response(subject).luma.moments.mean / 255
    return bounds.measure(mean, "the mean luma is \(Reason.number(mean))")
  }
}

/// `contrast: {min: 0.1}`: the standard deviation of the luma (RMS contrast), 0 to 0.5.
struct ContrastCheck: Check {
  static let kind = CheckKind("contrast", .image) { (arguments) throws(JSONError) in
    ContrastCheck(bounds: try Bounds.read(arguments.argument), choice: try ImageChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: ImageChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let deviation = try choice.response(subject).luma.moments.variance.squareRoot() / 255
    return bounds.measure(deviation, "the luma's standard deviation is \(Reason.number(deviation))")
  }
}

extension Plane {
  var moments: Moments {
    var moments = Moments()
    for value in values { moments.add(Int(value)) }
    return moments
  }
}
