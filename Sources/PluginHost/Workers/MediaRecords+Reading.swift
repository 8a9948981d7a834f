package import Media

extension MediaRecords {
  /// The media in a worker's result. Throws for what no honest worker writes; nothing is taken from such a result.
  package static func read(_ bytes: UnsafeRawBufferPointer, limits: MediaLimits) throws(Fault) -> Media {
    var reader = Reader(bytes: bytes, limits: limits)
    while try reader.next() {}
    return reader.media
  }

  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    let limits: MediaLimits
    var at = 0
    var media = Media()
    var wasPicture = false

    func fault(_ message: String) -> Fault { Fault(message: "\(message) at byte \(at) of \(bytes.count)") }

    /// Takes one record. False at the end.
    mutating func next() throws(Fault) -> Bool {
      guard bytes.count - at >= Header.size else { throw fault("the result ends without an end") }
      let header = bytes.loadUnaligned(fromByteOffset: at, as: Header.self)
      guard header.size <= UInt64(bytes.count - at - Header.size) else {
        throw fault("a record states \(header.size) bytes")
      }
      let start = at + Header.size
      let body = UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(header.size)])
      guard let kind = Kind(rawValue: header.kind) else { throw fault("a record of kind \(header.kind)") }
      try take(kind, header, body)
      wasPicture = kind == .image || kind == .frame
      at = start + body.count
      guard kind == .end else { return true }
      guard at == bytes.count else { throw fault("the result goes on after its end") }
      return false
    }

    private mutating func take(_ kind: Kind, _ header: Header, _ body: UnsafeRawBufferPointer) throws(Fault) {
      switch kind {
      case .image:
        guard media.image == nil else { throw fault("a second image") }
        media.image = try picture(header, body)
      case .frame:
        media.frames.append(Frame(timeMicroseconds: header.time, image: try picture(header, body)))
      case .sound:
        guard media.sound == nil else { throw fault("sound for a second time") }
        media.sound = try sound(header, body)
      case .fact:
        let (key, value) = try pair(header, body)
        media.facts.append(Media.Fact(key: Self.text(key), value: Self.text(value)))
      case .note:
        let (code, message) = try pair(header, body)
        media.notes.append(MediaNote(code: Self.text(code), message: Self.text(message)))
      case .original: try original(header, body)
      case .end: guard body.isEmpty else { throw fault("an end of \(body.count) bytes") }
      }
    }

    private func picture(_ header: Header, _ body: UnsafeRawBufferPointer) throws(Fault) -> Image {
      let (width, height) = (Int(header.first), Int(header.second))
      // The product of two numbers of 32 bits may overflow, so it is only computed below the limit.
      guard width > 0, height > 0, width <= limits.maxPixels / height, 3 * width * height == body.count else {
        throw fault("a picture of \(width) x \(height) pixels in \(body.count) bytes")
      }
      return Image(width: width, height: height, pixels: Array(body))
    }

    private func sound(_ header: Header, _ body: UnsafeRawBufferPointer) throws(Fault) -> Sound {
      let (rate, channels) = (Int(header.first), Int(header.second))
      guard rate > 0, channels > 0, body.count % (4 * channels) == 0 else {
        throw fault("sound of \(rate) Hz and \(channels) channels in \(body.count) bytes")
      }
      let samples = [Float](unsafeUninitializedCapacity: body.count / 4) { buffer, count in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: body)
        count = body.count / 4
      }
      return Sound(rate: rate, channels: channels, samples: samples)
    }

    private func pair(
      _ header: Header, _ body: UnsafeRawBufferPointer
    ) throws(Fault) -> (UnsafeRawBufferPointer, UnsafeRawBufferPointer) {
      guard Int(header.first) <= body.count else { throw fault("a key of \(header.first) bytes in \(body.count)") }
      let split = Int(header.first)
      return (UnsafeRawBufferPointer(rebasing: body[..<split]), UnsafeRawBufferPointer(rebasing: body[split...]))
    }

    private mutating func original(_ header: Header, _ body: UnsafeRawBufferPointer) throws(Fault) {
      guard wasPicture else { throw fault("an encoded file without a picture") }
      let (type, file) = try pair(header, body)
      let encoded = EncodedFile(bytes: Array(file), mediaType: Self.text(type))
      if let frame = media.frames.popLast() {
        media.frames.append(
          Frame(timeMicroseconds: frame.timeMicroseconds, image: frame.image.with(original: encoded)))
      } else {
        media.image = media.image?.with(original: encoded)
      }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
  }
}

extension Image {
  fileprivate func with(original: EncodedFile) -> Image {
    Image(width: width, height: height, pixels: pixels, original: original)
  }
}
