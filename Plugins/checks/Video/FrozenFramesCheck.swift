import JSON

/// `frozen_frames: {max: 0.2}`: the share of the time, 0 to 1, in which the picture stands still for at least `seconds` (2): the mean absolute difference
/// to the first picture of the stretch is below `noise` (0.001) of full scale, as ffmpeg's freezedetect has it, of the luma. With
/// `true`, the score is 1 minus the share.
struct FrozenFramesCheck: Check {
  static let kind = CheckKind("frozen_frames", .video, options: ["noise", "seconds"]) {
    (arguments) throws(JSONError) in
    FrozenFramesCheck(
      bounds: try Bounds.read(arguments.argument), choice: try VideoChoice(arguments),
      noise: try arguments["noise"]?.double(in: 0...1) ?? 0.001,
      seconds: try arguments["seconds"]?.double(in: 0...86_400) ?? 2)
  }

  private let bounds: Bounds
  private let choice: VideoChoice
  private let noise: Double
  private let seconds: Double

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let footage = try choice.consecutive(subject, atLeast: 2, for: "frozen_frames")
    let (lumas, durations) = (footage.pictures.map(\.luma), footage.durations)
    var (first, frozen) = (0, 0.0)
    func end(before next: Int) {
      let stretch = durations[first..<next].reduce(0, +)
      if next - first > 1, stretch >= seconds - 1e-9 { frozen += stretch }
      first = next
    }
    for place in lumas.indices.dropFirst() where lumas[place].meanDifference(to: lumas[first]) / 255 >= noise {
      end(before: place)
    }
    end(before: lumas.count)
    let share = min(frozen / durations.reduce(0, +), 1)
    let described = "\(Reason.number(100 * share, digits: 1)) % of the time stands still"
    return bounds.areGiven
      ? bounds.measure(share, described) : Measurement(value: share, score: 1 - share, reason: described)
  }
}
