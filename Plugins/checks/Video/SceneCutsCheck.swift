import JSON

/// `scene_cuts: {max: 3}`: how many cuts there are. A frame begins a scene where ffmpeg's score for that reaches `threshold` (10, of 100): the smaller of
/// how much it differs from the frame before and how much that has changed, over all channels.
struct SceneCutsCheck: Check {
  static let kind = CheckKind("scene_cuts", .video, options: ["threshold"]) { (arguments) throws(JSONError) in
    SceneCutsCheck(
      bounds: try Bounds.read(arguments.argument), choice: try VideoChoice(arguments),
      threshold: try arguments["threshold"]?.double(in: 0...100) ?? 10)
  }

  private let bounds: Bounds
  private let choice: VideoChoice
  private let threshold: Double

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let changes = try choice.consecutive(subject, for: "scene_cuts").changes.map { 100 * $0 / 255 }
    var before = 0.0
    let cuts = changes.count { change in
      defer { before = change }
      return min(change, abs(change - before)) >= threshold
    }
    return bounds.measure(Double(cuts), "there \(cuts == 1 ? "is" : "are") \(Reason.count(cuts, "cut"))")
  }
}
