import Media

extension MediaRequest {
  /// What checks see: pictures and sounds as they are, and every frame of a video, no larger than this: black or frozen stretches and cuts
  /// are between the frames that a judge would be shown.
  static let ofChecks: MediaRequest = {
    var request = MediaRequest()
    request.frames = .every
    request.frameSize = .fit(width: 640, height: 360)
    return request
  }()
}
