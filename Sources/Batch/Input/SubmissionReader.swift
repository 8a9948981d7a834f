internal import Glibc
import Media
import Wire

/// Turns one file into an item with one response: a picture, a video, a sound, or UTF-8 text (prose, Markdown, code).
struct SubmissionReader: Sendable {
  /// What every submission answers, and what it is held against.
  let prompt: String?
  let reference: String?
  let maxTextBytes: Int

  /// What a file is by its ending, where its first bytes do not tell; whether a decoder reads it is for the decoders to say.
  private static let endings: [MediaReference.Kind: [String]] = [
    .image: ["png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "avif"],
    .video: ["mp4", "mov", "m4v", "mkv", "webm", "avi", "ogv"],
    .sound: ["wav", "mp3", "flac", "ogg", "oga", "opus", "m4a", "aac", "mka"],
  ]

  /// The file at `path` as an item with that path as its id.
  func read(_ path: String) -> Result<Item, Unscored> {
    do throws(Unscored) {
      let response = try content(of: path)
      return .success(
        Item(
          id: path, prompt: prompt.map { Content($0) }, responses: [response], reference: reference.map { Content($0) })
      )
    } catch {
      return .failure(Unscored(error.reason, "\(path): \(error.message)"))
    }
  }

  private func content(of path: String) throws(Unscored) -> Content {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw cannot("open") }
    defer { close(descriptor) }
    if let kind = Self.kind(of: path, descriptor) { return media(kind, path) }

    // One byte more than the limit tells a file that reaches it from one that is over it.
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: try size(of: descriptor) + 1) { buffer, filled in
      while filled < buffer.count {
        let count = retryingInterrupts {
          Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
        }
        failed = count < 0
        if count <= 0 { break }
        filled += count
      }
    }
    if failed { throw cannot("read") }
    guard bytes.count <= maxTextBytes else {
      throw Unscored(
        .invalidInput, "more than max_text_bytes (\(maxTextBytes)) bytes; raise the limit or split the file")
    }
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw Unscored(.invalidInput, "neither UTF-8 text, nor a picture, a video or a sound")
    }
    return Content(text)
  }

  /// How much of the file is read: all of it, or up to the limit.
  private func size(of descriptor: Int32) throws(Unscored) -> Int {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw cannot("read") }
    guard info.st_mode & S_IFMT == S_IFREG else { throw Unscored(.invalidInput, "not a file") }
    return min(Int(info.st_size), maxTextBytes)
  }

  /// What `a:b.png` names is a file, and would be read as a URL.
  private func media(_ kind: MediaReference.Kind, _ path: String) -> Content {
    let url = MediaPaths.isRelative(path) || path.hasPrefix("/") ? path : "./\(path)"
    return Content(parts: [.media(MediaReference(kind: kind, url: url))])
  }

  /// What the first bytes are a sign of; a container of sound alone is known by its ending. nil: text, as far as one can see.
  private static func kind(of path: String, _ descriptor: Int32) -> MediaReference.Kind? {
    let ending = ending(of: path)
    let named = endings.first { $0.value.contains(ending) }?.key
    let head = [UInt8](unsafeUninitializedCapacity: 16) { buffer, filled in
      filled = max(0, retryingInterrupts { pread(descriptor, buffer.baseAddress, buffer.count, 0) })
    }
    // "BMW is a maker of cars." begins like a bitmap; no text holds what follows in one.
    let isBinary = head.contains(0) || [0xFF, 0x1A].contains(head.first)
    guard isBinary, let type = MediaType(head: head)?.name, !type.hasPrefix("application/") else { return named }
    if named == .sound, type.hasPrefix("video/") || type.hasPrefix("audio/") { return .sound }
    if named == .video, type == "audio/ogg" { return .video }
    return type.hasPrefix("image/") ? .image : type.hasPrefix("video/") ? .video : .sound
  }

  private func cannot(_ action: String) -> Unscored {
    Unscored(.invalidInput, "cannot \(action): \(String(cString: strerror(errno)))")
  }

  private static func ending(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }
}
