import JSON

/// `black_frames: {max: 0.1}`: the share of frames, 0 to 1, of which at least `area` (0.98) of the pixels are no brighter than `level` (0.1):
/// ffmpeg's blackdetect by its defaults. With `true`, the score is 1 minus the share.
struct BlackFramesCheck: Check {
  static let kind = CheckKind("black_frames", .video, options: ["area", "level"]) { (arguments) throws(JSONError) in
    BlackFramesCheck(
      bounds: try Bounds.read(arguments.argument), choice: try VideoChoice(arguments),
      area: try arguments["area"]?.double(in: 0...1) ?? 0.98,
      level: try arguments["level"]?.double(in: 0...1) ?? 0.1)
  }

  private let bounds: Bounds
  private let choice: VideoChoice
  private let area: Double
  private let level: Double

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let pictures = try choice.response(subject).pictures
    let black = pictures.count { picture in
      let luma = picture.luma.values
      return Double(luma.count { Double($0) <= level * 255 }) >= area * Double(luma.count)
    }
    let share = Double(black) / Double(pictures.count)
    let described = "\(black) of \(Reason.count(pictures.count, "frame")) \(black == 1 ? "is" : "are") black"
    return bounds.areGiven
      ? bounds.measure(share, described) : Measurement(value: share, score: 1 - share, reason: described)
  }
}
