import Documents
import JSON
import Media
import Wire

extension MediaRequest {
  static let fields = [
    "preset", "frames", "fps", "min_frames", "max_frames", "frame_multiple", "scene_threshold", "image_size",
    "frame_size", "sound_rate_hz", "sound_channels", "video_sound", "loudness",
  ]

  /// What a judge is to be shown of its media: the name of a preset, or an object whose fields go before those of its preset.
  init(_ reader: JSONReader, _ findings: inout Findings) {
    self.init()
    if reader.value.string != nil {
      if let preset = findings.attempt({ () throws(JSONError) in try Self.preset(reader) }) { self = preset }
      return
    }
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: Self.fields)
    if let preset = findings.optional(reader, "preset", Self.preset) { self = preset }
    if let chosen = findings.attempt({ () throws(JSONError) in try Self.frames(reader, frames) }) { frames = chosen }
    if let size = findings.optional(reader, "image_size", Self.size) { imageSize = size }
    if let size = findings.optional(reader, "frame_size", Self.size) { frameSize = size }
    soundRate =
      findings.optional(reader, "sound_rate_hz") { (field) throws(JSONError) in try field.int(in: 1...768_000) }
      ?? soundRate
    soundChannels =
      findings.optional(reader, "sound_channels") { (field) throws(JSONError) in try field.int(in: 1...64) }
      ?? soundChannels
    hearsVideos = findings.optional(reader, "video_sound", Self.flag) ?? hearsVideos
    measuresLoudness = findings.optional(reader, "loudness", Self.flag) ?? measuresLoudness
    do throws(Unscored) { try check() } catch { findings.add(reader.error(error.message)) }
  }

  private static func flag(_ field: JSONReader) throws(JSONError) -> Bool { try field.bool() }

  private static func preset(_ field: JSONReader) throws(JSONError) -> MediaRequest {
    let name = try field.string()
    guard let preset = presets[name] else {
      throw field.error(Suggestion.unknown("preset", name, among: presets.keys.sorted()))
    }
    return preset
  }

  /// `frames` is a number, `every` or `scenes`; with `fps` the number follows from the length.
  private static func frames(_ reader: JSONReader, _ standard: Frames) throws(JSONError) -> Frames {
    let ofRate = ["min_frames", "max_frames", "frame_multiple"]
    var rate = Rate(perSecond: 1, min: 1, max: 768)
    if case .rate(let preset) = standard { rate = preset }
    if reader["frames"]?.value.string == "scenes" { return try scenes(reader) }
    if let field = reader["scene_threshold"] { throw field.error("needs 'frames: scenes'") }
    if let field = reader["frames"] {
      for name in ["fps"] + ofRate {
        if let other = reader[name] { throw other.error("stands beside 'frames', which says how many there are") }
      }
      if field.value.string == "every" { return .every }
      guard field.value.string == nil else { throw field.error("accepted: every, scenes, or a whole number from 1") }
      return .count(try field.int(in: 1...1_000_000))
    }
    let isRate = if case .rate = standard { true } else { false }
    guard reader["fps"] != nil || isRate else {
      for name in ofRate {
        if let other = reader[name] { throw other.error("needs 'fps', or a preset with frames by the second") }
      }
      return standard
    }
    if let field = reader["fps"] {
      let number = try field.double()
      guard number > 0, number <= 1e6 else { throw field.error("accepted: more than 0, up to 1000000") }
      rate.perSecond = number
    }
    rate.min = try reader["min_frames"]?.int(in: 0...1_000_000) ?? rate.min
    rate.max = try reader["max_frames"]?.int(in: 1...1_000_000) ?? rate.max
    rate.multipleOf = try reader["frame_multiple"]?.int(in: 1...1_000_000) ?? rate.multipleOf
    return .rate(rate)
  }

  private static func scenes(_ reader: JSONReader) throws(JSONError) -> Frames {
    for name in ["fps", "min_frames", "frame_multiple"] {
      if let other = reader[name] {
        throw other.error("stands beside 'frames: scenes', where scenes say how many there are")
      }
    }
    var scenes = Scenes()
    scenes.threshold = try reader["scene_threshold"]?.double(in: 0...100) ?? scenes.threshold
    scenes.max = try reader["max_frames"]?.int(in: 1...1_000_000) ?? scenes.max
    return .scenes(scenes)
  }

  /// `as_stored`, `448x448`, or `fit 1024x768`.
  private static func size(_ field: JSONReader) throws(JSONError) -> Size {
    let text = try field.string()
    if text == "as_stored" { return .asStored }
    let isFit = text.hasPrefix("fit ")
    let sides = text.dropFirst(isFit ? 4 : 0).split(separator: "x", omittingEmptySubsequences: false)
    guard sides.count == 2, let width = Int(sides[0]), let height = Int(sides[1]), width > 0, height > 0 else {
      throw field.error(
        "'\(text)' is no size; accepted: as_stored, 448x448 (exactly), fit 1024x768 (inside, same proportions)")
    }
    return isFit ? .fit(width: width, height: height) : .exact(width: width, height: height)
  }
}
