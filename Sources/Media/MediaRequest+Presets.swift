extension MediaRequest {
  /// What the judges' models were trained to see, by name (docs/media.md).
  public static let presets: [String: MediaRequest] = ["qwen2.5-vl": .qwen2_5VL, "flex-judge": .flexJudge]

  /// Qwen2.5-VL. The bounds are those of `qwen-vl-utils`, in units of its 28 x 28 pixels for a token: images of 4 to
  /// 16384 tokens, frames of 128 to 768, two frames to a token, and nine tenths of 128000 tokens for all of a video.
  public static let qwen2_5VL: MediaRequest = {
    let token = 28 * 28
    var request = MediaRequest()
    request.imageSize = .pixels(Pixels(min: 4 * token, max: 16_384 * token, multipleOf: 28))
    request.frameSize = .pixels(
      Pixels(min: 128 * token, max: 768 * token, multipleOf: 28, total: 2 * 115_200 * token))
    request.frames = .rate(Rate(perSecond: 2, min: 4, max: 768, multipleOf: 2))
    return request
  }()

  /// Flex-Judge: images of 448 x 448 pixels, a frame of 224 x 224 for every second, mono sound at 16 kHz.
  public static let flexJudge: MediaRequest = {
    var request = MediaRequest()
    request.imageSize = .exact(width: 448, height: 448)
    request.frameSize = .exact(width: 224, height: 224)
    request.frames = .rate(Rate(perSecond: 1, min: 1, max: 768))
    request.soundRate = 16_000
    request.soundChannels = 1
    return request
  }()
}
