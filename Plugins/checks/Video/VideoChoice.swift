import JSON

/// Which video of the response (and of the reference) a video check looks at: the common option `video`, counted from 1.
struct VideoChoice: Sendable {
  static let option = "video"
  private let number: Int

  init(_ arguments: Arguments) throws(JSONError) {
    number = try arguments.int(Self.option, default: 1, in: 1...10_000)
  }

  func response(_ subject: Subject) throws(Unscorable) -> Footage {
    try Self.pick(subject.videos, number, "the response")
  }

  /// The same with at least so many frames.
  func response(_ subject: Subject, atLeast frames: Int, for check: String) throws(Unscorable) -> Footage {
    let footage = try response(subject)
    guard footage.pictures.count >= frames else {
      throw Unscorable("\(check) needs \(frames) frames, the video has \(footage.pictures.count)")
    }
    return footage
  }

  /// The same for what is between one frame and the next, which some of the frames cannot tell.
  func consecutive(_ subject: Subject, atLeast frames: Int = 1, for check: String) throws(Unscorable) -> Footage {
    let footage = try response(subject, atLeast: frames, for: check)
    guard !footage.isSampled else {
      throw Unscorable(
        "\(check) needs every frame, and \(footage.pictures.count) of \(footage.total ?? 0) were looked at, which is what "
          + "max_memory_bytes has room for; raise that limit, or cut the video")
    }
    return footage
  }

  /// Both videos, which must have as many frames of the same size to be compared frame by frame.
  func pair(_ subject: Subject, for check: String) throws(Unscorable) -> (response: Footage, reference: Footage) {
    let response = try response(subject)
    let reference = try Self.pick(subject.referenceVideos, number, "the reference")
    guard response.pictures.count == reference.pictures.count, response.size == reference.size else {
      throw Unscorable(
        "\(check) compares frame by frame, but the response has \(response.pictures.count) frames of \(response.size) and the reference "
          + "\(reference.pictures.count) of \(reference.size)")
    }
    return (response, reference)
  }

  private static func pick(_ videos: [Footage?], _ number: Int, _ whose: String) throws(Unscorable) -> Footage {
    guard number <= videos.count else {
      let found = videos.isEmpty ? "no video" : "\(Reason.count(videos.count, "video")), not \(number)"
      throw Unscorable("\(whose) has \(found)")
    }
    guard let video = videos[number - 1] else {
      throw Unscorable("the frames of \(whose)'s video are not all of one size")
    }
    return video
  }
}
