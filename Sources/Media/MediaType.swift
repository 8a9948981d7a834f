/// The type of a file: told by its first bytes, or claimed by a name or a declaration.
///
/// Containers that share their first bytes count as one type (`video/mp4` for MP4, MOV and M4A; `video/webm` for
/// Matroska).
package struct MediaType: Hashable, Sendable {
  /// As in a Content-Type header: `image/png`.
  package let name: String

  /// The type that `head` shows; nil if it is none of those known here.
  package init?(head: some Collection<UInt8>) {
    let head = Array(head.prefix(16))
    guard let row = Self.table.first(where: { $0.signature.matches(head) }) else { return nil }
    name = row.name
  }

  /// The type that a path's extension claims; nil if it claims none known here.
  init?(extensionOf path: String) {
    let file = path.split(separator: "/").last ?? ""
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return nil }
    let end = file[file.index(after: dot)...].lowercased()
    guard let row = Self.table.first(where: { $0.extensions.contains(end) }) else { return nil }
    name = row.name
  }

  /// The type that a declaration such as `image/jpg` means; nil if it means none known here.
  init?(declared type: String) {
    guard let row = Self.table.first(where: { $0.name == type || $0.aliases.contains(type) }) else { return nil }
    name = row.name
  }

  private struct Row {
    let name: String
    let signature: Signature
    let extensions: [String]
    var aliases: [String] = []
  }

  /// Bytes at the start, and for containers a second mark further in.
  private struct Signature {
    let start: [UInt8]
    var at = 0
    var second: (at: Int, bytes: [UInt8])?

    func matches(_ head: [UInt8]) -> Bool {
      guard head.dropFirst(at).starts(with: start) else { return false }
      guard let second else { return true }
      return head.dropFirst(second.at).starts(with: second.bytes)
    }
  }

  private static func riff(_ form: String) -> Signature {
    Signature(start: Array("RIFF".utf8), second: (8, Array(form.utf8)))
  }
  private static func text(_ text: String, at: Int = 0) -> Signature { Signature(start: Array(text.utf8), at: at) }
  private static func brand(_ brand: String) -> Signature { Signature(start: Array("ftyp\(brand)".utf8), at: 4) }

  private static let table: [Row] = [
    Row(
      name: "image/png", signature: Signature(start: [0x89, 0x50, 0x4E, 0x47]), extensions: ["png", "apng"],
      aliases: ["image/apng", "image/x-png"]),
    Row(
      name: "image/jpeg", signature: Signature(start: [0xFF, 0xD8, 0xFF]), extensions: ["jpg", "jpeg", "jpe", "jfif"],
      aliases: ["image/jpg", "image/pjpeg"]),
    Row(name: "image/gif", signature: text("GIF8"), extensions: ["gif"]),
    Row(name: "image/webp", signature: riff("WEBP"), extensions: ["webp"]),
    Row(name: "image/bmp", signature: text("BM"), extensions: ["bmp", "dib"], aliases: ["image/x-ms-bmp"]),
    Row(name: "image/tiff", signature: Signature(start: [0x49, 0x49, 0x2A, 0]), extensions: ["tif", "tiff"]),
    Row(name: "image/tiff", signature: Signature(start: [0x4D, 0x4D, 0, 0x2A]), extensions: []),
    Row(name: "image/avif", signature: brand("avif"), extensions: ["avif"]),
    Row(name: "image/heic", signature: brand("heic"), extensions: ["heic", "heif"], aliases: ["image/heif"]),
    Row(name: "application/pdf", signature: text("%PDF-"), extensions: ["pdf"]),
    Row(
      name: "video/mp4", signature: text("ftyp", at: 4), extensions: ["mp4", "m4v", "mov", "m4a"],
      aliases: ["video/quicktime", "audio/mp4", "audio/m4a", "audio/x-m4a"]),
    Row(
      name: "video/webm", signature: Signature(start: [0x1A, 0x45, 0xDF, 0xA3]), extensions: ["webm", "mkv", "mka"],
      aliases: ["audio/webm", "video/x-matroska", "audio/x-matroska"]),
    Row(name: "video/x-msvideo", signature: riff("AVI "), extensions: ["avi"], aliases: ["video/avi"]),
    Row(
      name: "audio/wav", signature: riff("WAVE"), extensions: ["wav"],
      aliases: ["audio/x-wav", "audio/wave", "audio/vnd.wave"]),
    Row(name: "audio/flac", signature: text("fLaC"), extensions: ["flac"], aliases: ["audio/x-flac"]),
    Row(
      name: "audio/ogg", signature: text("OggS"), extensions: ["ogg", "oga", "opus"],
      aliases: ["audio/opus", "application/ogg", "video/ogg"]),
    Row(name: "audio/mpeg", signature: text("ID3"), extensions: ["mp3"], aliases: ["audio/mp3", "audio/x-mp3"]),
    // The first frame, MPEG 1 or 2, layer III, with or without a checksum.
    Row(name: "audio/mpeg", signature: Signature(start: [0xFF, 0xFB]), extensions: []),
    Row(name: "audio/mpeg", signature: Signature(start: [0xFF, 0xFA]), extensions: []),
    Row(name: "audio/mpeg", signature: Signature(start: [0xFF, 0xF3]), extensions: []),
    Row(name: "audio/mpeg", signature: Signature(start: [0xFF, 0xF2]), extensions: []),
  ]
}
