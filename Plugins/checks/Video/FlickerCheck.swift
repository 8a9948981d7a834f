import JSON

/// `flicker: {max: 0.02}`: how much the brightness goes back and forth, 0 to 2: the mean absolute second difference of the frames' mean luma (0 to
/// 1), which a steady change of brightness leaves at 0.
struct FlickerCheck: Check {
  static let kind = CheckKind("flicker", .video) { (arguments) throws(JSONError) in
    FlickerCheck(bounds: try Bounds.read(arguments.argument), choice: try VideoChoice(arguments))
  }

  private let bounds: Bounds
  private let choice: VideoChoice

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let means = try choice.consecutive(subject, atLeast: 3, for: "flicker").pictures.map { $0.luma.moments.mean / 255 }
    let sum = means.indices.dropFirst(2).reduce(0.0) { $0 + abs(means[$1] - 2 * means[$1 - 1] + means[$1 - 2]) }
    let flicker = sum / Double(means.count - 2)
    return bounds.measure(flicker, "the brightness flickers by \(Reason.number(flicker))")
  }
}
