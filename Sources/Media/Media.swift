public import Wire

/// What a decoder made of one file.
public struct Media: Sendable, Hashable {
  /// A still picture; nil when the file holds none.
  public var image: Image?
  /// Moving pictures, earliest frame first; empty when there are none.
  public var frames: [Frame] = []
  /// A sound track; nil when the file holds none.
  public var sound: Sound?
  /// The file itself, where frames or sound may be shown by it: nothing of it was missing or damaged.
  public var original: EncodedFile?
  /// What is known about the file, in the order it was found: `("width", "640")`.
  public var facts: [Fact] = []
  /// What was lost or changed on the way. Travels with every judgment that used the file.
  public var notes: [MediaNote] = []

  /// One thing known about a file, in words.
  public struct Fact: Sendable, Hashable {
    /// What it is about, such as `width`.
    public let key: String
    /// As text, numbers included.
    public let value: String

    /// A key and its value.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// Nothing yet; a decoder fills it in.
  public init() {}
}

/// Something that decoding lost or changed: `alpha`, "composited on #ffffff".
public struct MediaNote: Sendable, Hashable {
  /// A short word that programs can count.
  public let code: String
  /// What happened, for people.
  public let message: String

  /// A note; the same event always has the same `code`.
  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

/// Turns encoded bytes into ``Media``. Implemented over decoder plugins by the plugin host.
public protocol MediaDecoder: Sendable {
  /// How well this decoder reads a file that starts with `head` (up to 4 KiB): 0 not at all, 100 certainly.
  func score(head: [UInt8]) -> Int
  /// Decodes what `request` asks for. Throws ``Unscored`` with `invalid_input` for a broken file, one over a limit, or one
  /// that holds nothing of it, `timeout` when it took too long, and a message that says where.
  func decode(_ bytes: [UInt8], request: MediaRequest, limits: MediaLimits) async throws(Unscored) -> Media
}

extension MediaDecoder {
  /// Decodes all there is, as it is.
  public func decode(_ bytes: [UInt8], limits: MediaLimits) async throws(Unscored) -> Media {
    try await decode(bytes, request: MediaRequest(), limits: limits)
  }
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
  /// For one file; a decode that takes longer ends as `timeout`.
  public var timeoutMilliseconds = 20_000
  /// What transparent pixels are composited on (red, green, blue).
  public var background: [UInt8] = [255, 255, 255]

  /// The defaults.
  public init() {}
}
