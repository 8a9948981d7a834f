internal import CPNG
package import Media
package import Wire

/// Pictures as PNG files, for servers that do not read the file a picture came from, and for people.
package enum PNGEncoder {
  /// An 8-bit RGB file. Compression is the fast kind: the file travels once and is thrown away.
  package static func encode(_ image: Image) throws(Unscored) -> [UInt8] {
    var control = png_image()
    control.version = UInt32(PNG_IMAGE_VERSION)
    control.width = UInt32(clamping: image.width)
    control.height = UInt32(clamping: image.height)
    control.format = UInt32(PNG_FORMAT_FLAG_COLOR)
    control.flags = UInt32(PNG_IMAGE_FLAG_FAST)
    defer { png_image_free(&control) }

    // Room for the worst case, so that the picture is compressed once: rows with their filter bytes, zlib's and PNG's framing.
    let rows = (3 * image.width + 1) * image.height
    var size = rows + rows / 1000 + 12 * (rows / 8192 + 8) + 1024
    var written: Int32 = 0
    let file = [UInt8](unsafeUninitializedCapacity: size) { room, count in
      written = png_image_write_to_memory(&control, room.baseAddress, &size, 0, image.pixels, 0, nil)
      count = written == 0 ? 0 : size
    }
    guard written != 0 else {
      throw Unscored(.invalidInput, "a picture could not be written as PNG: \(message(&control))")
    }
    return file
  }

  private static func message(_ control: inout png_image) -> String {
    withUnsafeBytes(of: &control.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
