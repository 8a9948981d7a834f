/// What is wanted of a file: which kinds of media, which frames, and how large. A decode is known by the bytes and this.
public struct MediaRequest: Sendable, Hashable {
  /// Which kinds of media a decoder is to look for.
  public struct Kinds: OptionSet, Sendable, Hashable {
    /// One bit for each kind.
    public let rawValue: UInt32

    /// The kinds of these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A still picture; of an animated picture (GIF) whose frames are not wanted, the first one.
    public static let image = Kinds(rawValue: 1)
    /// Moving pictures.
    public static let frames = Kinds(rawValue: 2)
    /// Sound.
    public static let sound = Kinds(rawValue: 4)
    /// Whatever is in the file.
    public static let all: Kinds = [.image, .frames, .sound]
  }

  /// How large a picture is to be, seen upright and with square pixels.
  public enum Size: Sendable, Hashable {
    /// As it is in the file.
    case asStored
    /// Exactly this, whatever the proportions were.
    case exact(width: Int, height: Int)
    /// The largest of the same proportions inside this, never enlarged.
    case fit(width: Int, height: Int)
    /// Sides that are a multiple of a number and an area between two: the `smart_resize` of Qwen's processors.
    case pixels(Pixels)
  }

  /// Sides and area of a picture as vision models with patches want them.
  public struct Pixels: Sendable, Hashable {
    /// Smallest area, in pixels.
    public var min: Int
    /// Largest area, in pixels.
    public var max: Int
    /// Both sides are a multiple of it.
    public var multipleOf: Int
    /// Largest area of all frames together; nil: no such limit. A frame keeps at least 1.05 times `min`.
    public var total: Int?

    /// Pictures between `min` and `max` pixels.
    public init(min: Int, max: Int, multipleOf: Int, total: Int? = nil) {
      self.min = min
      self.max = max
      self.multipleOf = multipleOf
      self.total = total
    }
  }

  /// Which frames of moving pictures are wanted. Frame `i` of `n` is the one shown at `i * duration / n`.
  public enum Frames: Sendable, Hashable {
    /// Every one.
    case every
    /// This many, evenly spaced; all where there are fewer.
    case count(Int)
    /// So many for every second, evenly spaced.
    case rate(Rate)
    /// Those shown at these times, in microseconds from the start of the stream, in ascending order.
    case times([Int64])
    /// Those that begin a scene.
    case scenes(Scenes)
  }

  /// Frames by changes of scene: the first, and each whose score reaches a threshold.
  public struct Scenes: Sendable, Hashable {
    /// What a change scores at least, from 0 to 100: the score of FFmpeg's `scdet` (docs/abi.md has the arithmetic).
    public var threshold: Double
    /// At most so many: those that score highest, and the first.
    public var max: Int

    /// What `scdet` takes for a change of scene, up to 768 of them.
    public init(threshold: Double = 10, max: Int = 768) {
      self.threshold = threshold
      self.max = max
    }
  }

  /// Frames by time.
  public struct Rate: Sendable, Hashable {
    /// Frames for every second.
    public var perSecond: Double
    /// At least so many, where the file has them.
    public var min: Int
    /// At most so many.
    public var max: Int
    /// The count is a multiple of it, rounded down, where the file has as many.
    public var multipleOf: Int

    /// `perSecond` frames for every second, from `min` to `max`.
    public init(perSecond: Double, min: Int, max: Int, multipleOf: Int = 1) {
      self.perSecond = perSecond
      self.min = min
      self.max = max
      self.multipleOf = multipleOf
    }
  }

  /// What is looked for.
  public var kinds = Kinds.all
  /// The size of a still picture.
  public var imageSize = Size.asStored
  /// The size of each frame.
  public var frameSize = Size.asStored
  /// The frames.
  public var frames = Frames.count(8)
  /// Samples per second and channel; nil: as in the file.
  public var soundRate: Int?
  /// Channels to mix the sound into; nil: as in the file.
  public var soundChannels: Int?
  /// Whether the sound of a video is heard with it.
  public var hearsVideos = false
  /// Whether the loudness of sound is found out, as a fact.
  public var measuresLoudness = false

  /// Everything there is, as it is, with eight frames of a video.
  public init() {}
}

extension MediaRequest {
  /// The request without what does not matter to `kinds`, so that equal decodes are equal.
  func reduced(to kinds: Kinds) -> MediaRequest {
    var reduced = MediaRequest()
    reduced.kinds = self.kinds.intersection(kinds)
    reduced.imageSize = imageSize
    if kinds.contains(.frames) {
      reduced.frameSize = frameSize
      reduced.frames = frames
    }
    if kinds.contains(.sound) {
      reduced.measuresLoudness = measuresLoudness
      reduced.soundRate = soundRate
      reduced.soundChannels = soundChannels
    }
    return reduced
  }
}
