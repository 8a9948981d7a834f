public import Wire

/// What a decoder made of one file.
public struct Media: Sendable, Hashable {
  public var image: Image?
  public var frames: [Frame] = []
  public var sound: Sound?
  /// What is known about the file, in the order it was found: `("width", "640")`.
  public var facts: [Fact] = []
  /// What was lost or changed on the way. Travels with every judgment that used the file.
  public var notes: [MediaNote] = []

  public struct Fact: Sendable, Hashable {
    public let key: String
    public let value: String

    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  public init() {}
}

/// Something that decoding lost or changed: `alpha`, "composited on #ffffff".
public struct MediaNote: Sendable, Hashable {
  /// A short word that programs can count.
  public let code: String
  public let message: String

  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

/// Turns encoded bytes into ``Media``. Implemented over decoder plugins by the plugin host.
public protocol MediaDecoder: Sendable {
  /// How well this decoder reads a file that starts with `head` (up to 4 KiB): 0 not at all, 100 certainly.
  func score(head: [UInt8]) -> Int
  /// Decodes a whole file. Throws ``Unscored`` with `invalid_input` for a broken file or one over a limit, `timeout` when it
  /// took too long, and a message that says where.
  func decode(_ bytes: [UInt8], limits: MediaLimits) async throws(Unscored) -> Media
}

/// Named limits of decoding. Reaching one is an error that names it.
public struct MediaLimits: Sendable, Hashable {
  /// Size of one encoded file, in bytes.
  public var maxInputBytes = 64 << 20
  /// Pixels of one image as the file states them.
  public var maxPixels = 64 << 20
  /// What a decoder may allocate for one file, in bytes.
  public var maxMemoryBytes = 1 << 30
  /// One ancillary chunk (text, colour profile), in bytes.
  public var maxChunkBytes = 4 << 20
  public var timeoutMilliseconds = 20_000
  /// What transparent pixels are composited on (red, green, blue).
  public var background: [UInt8] = [255, 255, 255]

  public init() {}
}
