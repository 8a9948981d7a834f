/// A picture as a judge sees it: 8-bit sRGB, three bytes a pixel, rows from top to bottom without gaps.
public struct Image: Sendable, Hashable {
  /// In pixels, at least 1.
  public let width: Int
  /// In pixels, at least 1.
  public let height: Int
  /// `3 * width * height` bytes.
  public let pixels: [UInt8]
  /// The file it was decoded from, for judges that take encoded images.
  public let original: EncodedFile?

  /// - Precondition: `pixels` holds exactly `3 * width * height` bytes.
  public init(width: Int, height: Int, pixels: [UInt8], original: EncodedFile? = nil) {
    precondition(
      width > 0 && height > 0 && pixels.count == 3 * width * height, "an image needs 3 bytes for every pixel")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.original = original
  }
}

/// One frame of a moving picture.
public struct Frame: Sendable, Hashable {
  /// When the frame is first shown, in microseconds from the start of the stream.
  public let timeMicroseconds: Int64
  /// As a judge sees it.
  public let image: Image

  /// A picture and its moment.
  public init(timeMicroseconds: Int64, image: Image) {
    self.timeMicroseconds = timeMicroseconds
    self.image = image
  }

  /// Its moment as judges are told it: thousandths of a second, without needless zeros (0, 0.5, 12.345).
  public var seconds: String {
    let milliseconds = (timeMicroseconds.magnitude + 500) / 1000
    var digits = "\(milliseconds / 1000)"
    let rest = milliseconds % 1000
    if rest > 0 {
      var fraction = String(String(1000 + rest).dropFirst())
      while fraction.hasSuffix("0") { fraction.removeLast() }
      digits += "." + fraction
    }
    return (timeMicroseconds < 0 && milliseconds > 0 ? "-" : "") + digits
  }
}

/// Sound as 32-bit float samples in -1...1, interleaved.
public struct Sound: Sendable, Hashable {
  /// Samples per second and channel.
  public let rate: Int
  /// Samples at each moment: 1 mono, 2 stereo.
  public let channels: Int
  /// `channels` numbers per moment, in their order.
  public let samples: [Float]

  /// - Precondition: `rate` and `channels` are positive, and `samples` holds whole moments.
  public init(rate: Int, channels: Int, samples: [Float]) {
    precondition(rate > 0 && channels > 0 && samples.count % channels == 0, "sound needs whole sample frames")
    self.rate = rate
    self.channels = channels
    self.samples = samples
  }
}
