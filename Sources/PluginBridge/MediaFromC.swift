package import CCupelPlugin
package import Media
package import Wire

// Pictures and sound that came across the border, copied after their sizes have been checked: a stride or a count is a
// claim until then.

extension Image {
  /// A copy of a view. Throws `invalid_input` where the sizes contradict each other, naming them, or where a picture has more
  /// than `maxPixels`.
  package init(copying pointer: UnsafePointer<cupel_image>, maxPixels: Int = 1 << 50) throws(Unscored) {
    try pointer.checkSize("image")
    self = try Image(whole: pointer, maxPixels: maxPixels)
  }

  private init(whole pointer: UnsafePointer<cupel_image>, maxPixels: Int) throws(Unscored) {
    let image = pointer.pointee
    let (width, height, stride) = (Int(image.width), Int(image.height), Int(image.stride))
    guard width > 0, height > 0 else {
      throw Unscored(.invalidInput, "an image of \(width)x\(height) pixels has no area")
    }
    // The product of two numbers of 32 bits may overflow, so it is only computed below the limit.
    guard width <= maxPixels / height else {
      throw Unscored(.invalidInput, "an image of \(width)x\(height) pixels is over the limit of \(maxPixels) pixels")
    }
    guard stride >= 3 * width, stride <= Self.widestStride(width) else {
      throw Unscored(
        .invalidInput,
        "an image \(width) pixels wide states a stride of \(stride) bytes; accepted: \(3 * width) to \(Self.widestStride(width))"
      )
    }
    guard let pixels = UnsafePointer<UInt8>(bitPattern: UInt(bitPattern: image.pixels)) else {
      throw Unscored(.invalidInput, "an image of \(width)x\(height) pixels has no pixels")
    }
    var original: EncodedFile?
    if image.original.size > 0, let data = image.original.data {
      let bytes = Array(UnsafeBufferPointer(start: data, count: image.original.size))
      original = EncodedFile(bytes: bytes, mediaType: image.media_type.repaired)
    }
    self.init(
      width: width, height: height, pixels: Self.rows(pixels, width: width, height: height, stride: stride),
      original: original)
  }

  /// Rows may be padded for alignment, not by more than that: a larger stride is a wrong number.
  private static func widestStride(_ width: Int) -> Int { 3 * width + 4096 }

  private static func rows(_ pixels: UnsafePointer<UInt8>, width: Int, height: Int, stride: Int) -> [UInt8] {
    let row = 3 * width
    if stride == row { return Array(UnsafeBufferPointer(start: pixels, count: row * height)) }
    return [UInt8](unsafeUninitializedCapacity: row * height) { buffer, count in
      for y in 0..<height { (buffer.baseAddress.map { $0 + y * row })?.update(from: pixels + y * stride, count: row) }
      count = row * height
    }
  }
}

extension Frame {
  /// A copy of a view; throws as for its image.
  package init(copying pointer: UnsafePointer<cupel_frame>, maxPixels: Int = 1 << 50) throws(Unscored) {
    try pointer.checkSize("frame")
    guard let image = UnsafePointer<cupel_image>(bitPattern: UInt(bitPattern: pointer.pointee.image)) else {
      throw Unscored(.invalidInput, "a frame has no image")
    }
    self.init(timeMicroseconds: pointer.pointee.time_us, image: try Image(copying: image, maxPixels: maxPixels))
  }
}

extension Sound {
  /// A copy of a view. Throws `invalid_input` for a rate or a count that cannot be, and for more than `maxSamples`.
  package init(copying pointer: UnsafePointer<cupel_sound>, maxSamples: Int = 1 << 40) throws(Unscored) {
    try pointer.checkSize("sound")
    self = try Sound(whole: pointer.pointee, maxSamples: maxSamples)
  }

  private init(whole sound: cupel_sound, maxSamples: Int) throws(Unscored) {
    guard sound.rate_hz > 0, sound.channels > 0 else {
      throw Unscored(.invalidInput, "sound with a rate of \(sound.rate_hz) Hz and \(sound.channels) channels cannot be")
    }
    let (count, overflow) = sound.frame_count.multipliedReportingOverflow(by: UInt64(sound.channels))
    guard !overflow, count <= UInt64(maxSamples) else {
      throw Unscored(
        .invalidInput, "sound of \(sound.frame_count) samples per channel is over the limit of \(maxSamples)")
    }
    guard count == 0 || sound.samples != nil else {
      throw Unscored(.invalidInput, "sound states \(count) samples and has none")
    }
    let samples = Array(UnsafeBufferPointer(start: sound.samples, count: Int(count)))
    self.init(rate: Int(sound.rate_hz), channels: Int(sound.channels), samples: samples)
  }
}
