import JSON
import Media

extension MediaRequest {
  /// For provenance: the preset's name, or everything that differs from what is asked where nothing is said; nil where nothing does.
  var json: JSONValue? {
    let standard = MediaRequest()
    guard self != standard else { return nil }
    if let preset = Self.presets.first(where: { $0.value == self }) { return .string(preset.key) }
    var object = JSONObject()
    if frames != standard.frames { object["frames"] = frames.json }
    if imageSize != standard.imageSize { object["image_size"] = imageSize.json }
    if frameSize != standard.frameSize { object["frame_size"] = frameSize.json }
    object["sound_rate_hz"] = soundRate.map { .int(Int64($0)) }
    object["sound_channels"] = soundChannels.map { .int(Int64($0)) }
    if hearsVideos { object["video_sound"] = true }
    if measuresLoudness { object["loudness"] = true }
    return .object(object)
  }
}

extension MediaRequest.Frames {
  fileprivate var json: JSONValue {
    switch self {
    case .every: return "every"
    case .count(let count): return .int(Int64(count))
    case .times(let times): return ["times_us": .array(times.map { .int($0) })]
    case .scenes(let scenes):
      return ["scenes": ["threshold": .number(scenes.threshold), "max": .int(Int64(scenes.max))]]
    case .rate(let rate):
      return [
        "fps": .number(rate.perSecond), "min": .int(Int64(rate.min)), "max": .int(Int64(rate.max)),
        "multiple": .int(Int64(rate.multipleOf)),
      ]
    }
  }
}

extension MediaRequest.Size {
  fileprivate var json: JSONValue {
    switch self {
    case .asStored: return "as_stored"
    case .exact(let width, let height): return .string("\(width)x\(height)")
    case .fit(let width, let height): return .string("fit \(width)x\(height)")
    case .pixels(let pixels):
      var object = JSONObject([
        ("min_pixels", .int(Int64(pixels.min))), ("max_pixels", .int(Int64(pixels.max))),
        ("multiple", .int(Int64(pixels.multipleOf))),
      ])
      object["total_pixels"] = pixels.total.map { .int(Int64($0)) }
      return .object(object)
    }
  }
}
