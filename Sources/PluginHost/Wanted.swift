package import CCupelPlugin
package import Media
import PluginBridge

extension MediaRequest {
  /// The request and the limits as the ABI passes them, valid during `body`.
  package func withWanted<Result>(_ limits: MediaLimits, _ body: (inout cupel_wanted) -> Result) -> Result {
    var times: [Int64] = []
    if case .times(let stated) = frames { times = stated }
    var image = imageSize.passed, frame = frameSize.passed
    return times.withUnsafeBufferPointer { times in
      withUnsafePointer(to: &image) { image in
        withUnsafePointer(to: &frame) { frame in
          var wanted = limits.wanted
          wanted.kinds = kinds.passed
          wanted.image_size = imageSize == .asStored ? nil : image
          wanted.frame_size = frameSize == .asStored ? nil : frame
          wanted.frame_times_us = times.baseAddress
          frames.pass(to: &wanted)
          wanted.sound_rate_hz = UInt32(clamping: soundRate ?? 0)
          wanted.sound_channels = UInt32(clamping: soundChannels ?? 0)
          wanted.facts = measuresLoudness ? UInt32(CUPEL_FACT_LOUDNESS) : 0
          return body(&wanted)
        }
      }
    }
  }
}

extension MediaRequest.Kinds {
  /// The bits of the ABI.
  var passed: UInt32 {
    var bits: UInt32 = 0
    if contains(.image) { bits |= 1 << UInt32(CUPEL_MEDIA_IMAGE) }
    if contains(.frames) { bits |= 1 << UInt32(CUPEL_MEDIA_FRAMES) }
    if contains(.sound) { bits |= 1 << UInt32(CUPEL_MEDIA_SOUND) }
    return bits
  }
}

extension MediaRequest.Size {
  fileprivate var passed: cupel_size {
    var size = cupel_size()
    size.struct_size = cupel_size.size
    switch self {
    case .asStored: break
    case .exact(let width, let height):
      size.mode = UInt32(CUPEL_SIZE_EXACT)
      (size.width, size.height) = (UInt32(clamping: width), UInt32(clamping: height))
    case .fit(let width, let height):
      size.mode = UInt32(CUPEL_SIZE_FIT)
      (size.width, size.height) = (UInt32(clamping: width), UInt32(clamping: height))
    case .pixels(let pixels):
      size.mode = UInt32(CUPEL_SIZE_PIXELS)
      size.factor = UInt32(clamping: pixels.multipleOf)
      (size.min_pixels, size.max_pixels) = (UInt64(clamping: pixels.min), UInt64(clamping: pixels.max))
      size.max_total_pixels = UInt64(clamping: pixels.total ?? 0)
    }
    return size
  }
}

extension MediaRequest.Frames {
  fileprivate func pass(to wanted: inout cupel_wanted) {
    switch self {
    case .every: wanted.frame_choice = 0
    case .count(let count):
      wanted.frame_choice = UInt32(CUPEL_FRAMES_COUNT)
      wanted.frame_count = UInt32(clamping: count)
    case .rate(let rate):
      wanted.frame_choice = UInt32(CUPEL_FRAMES_RATE)
      wanted.frames_per_second = rate.perSecond
      (wanted.min_frames, wanted.max_frames) = (UInt32(clamping: rate.min), UInt32(clamping: rate.max))
      wanted.frame_multiple = UInt32(clamping: rate.multipleOf)
    case .scenes(let scenes):
      wanted.frame_choice = UInt32(CUPEL_FRAMES_SCENES)
      wanted.scene_threshold = scenes.threshold
      wanted.max_frames = UInt32(clamping: scenes.max)
    case .times(let times):
      wanted.frame_choice = UInt32(CUPEL_FRAMES_TIMES)
      wanted.frame_count = UInt32(clamping: times.count)
    }
  }
}

extension MediaLimits {
  /// The limits alone; nothing is wanted yet.
  fileprivate var wanted: cupel_wanted {
    func limit(_ value: Int) -> UInt64 { UInt64(max(value, 1)) }
    var wanted = cupel_wanted()
    wanted.struct_size = cupel_wanted.size
    wanted.max_input_bytes = limit(maxInputBytes)
    wanted.max_pixels = limit(maxPixels)
    wanted.max_memory_bytes = limit(maxMemoryBytes)
    wanted.max_chunk_bytes = limit(maxChunkBytes)
    wanted.timeout_ms = UInt32(clamping: timeoutMilliseconds)
    wanted.background_rgb =
      background.count == 3 ? (background[0], background[1], background[2]) : (255, 255, 255)
    return wanted
  }
}
