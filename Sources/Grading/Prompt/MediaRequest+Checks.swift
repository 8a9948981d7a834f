import Media
import Wire

extension MediaRequest {
  /// The size that checks see frames in, at most.
  private static let widest = 640
  private static let highest = 360

  /// What checks see: pictures and sounds as they are, and every frame of a video, no larger than 640 x 360: black or frozen stretches and cuts
  /// are between the frames that a judge would be shown. Of a video with more frames than fit into the memory of a decode, as many as do,
  /// evenly spaced.
  static func ofChecks(_ limits: MediaLimits, hearsVideos: Bool) -> MediaRequest {
    // A tenth is left for the packets of the file and for the decoder.
    let most = limits.maxMemoryBytes / 10 * 9 / (3 * widest * highest)
    var request = MediaRequest()
    request.frames = .rate(Rate(perSecond: 1e6, min: 0, max: min(max(most, 1), 1_000_000)))
    request.frameSize = .fit(width: widest, height: highest)
    request.hearsVideos = hearsVideos
    return request
  }
}

extension LoadedMedia {
  /// What is said where checks see some of a video's frames.
  var samplingNote: String? {
    guard let total = media.facts.first(where: { $0.key == "frames" }).flatMap({ Int($0.value) }),
      !media.frames.isEmpty, total > media.frames.count
    else { return nil }
    return "sampled: checks looked at \(media.frames.count) of \(total) frames (max_memory_bytes)"
  }
}
