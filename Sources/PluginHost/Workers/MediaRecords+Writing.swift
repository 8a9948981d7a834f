import Glibc
package import Media

extension MediaRecords {
  /// Writes media to a file; returns how many bytes, or nil with `errno` set.
  package static func write(_ media: Media, to descriptor: Int32) -> Int? {
    var writer = Writer(descriptor: descriptor)
    if let image = media.image { writer.picture(Header(kind: Kind.image.rawValue), image) }
    for frame in media.frames {
      writer.picture(Header(kind: Kind.frame.rawValue, time: frame.timeMicroseconds), frame.image)
    }
    if let sound = media.sound {
      let header = Header(
        kind: Kind.sound.rawValue, first: UInt32(clamping: sound.rate), second: UInt32(clamping: sound.channels))
      sound.samples.withUnsafeBytes { writer.record(header, $0) }
    }
    for fact in media.facts { writer.pair(.fact, fact.key, fact.value) }
    for note in media.notes { writer.pair(.note, note.code, note.message) }
    writer.record(Header(kind: Kind.end.rawValue), UnsafeRawBufferPointer(start: nil, count: 0))
    return writer.hasFailed ? nil : writer.count
  }

  private struct Writer {
    let descriptor: Int32
    var count = 0
    var hasFailed = false

    mutating func picture(_ header: Header, _ image: Image) {
      var header = header
      (header.first, header.second) = (UInt32(clamping: image.width), UInt32(clamping: image.height))
      image.pixels.withUnsafeBytes { record(header, $0) }
      guard let original = image.original else { return }
      let type = Array(original.mediaType.utf8)
      let whole = type + original.bytes
      whole.withUnsafeBytes { record(Header(kind: Kind.original.rawValue, first: UInt32(clamping: type.count)), $0) }
    }

    mutating func pair(_ kind: Kind, _ first: String, _ second: String) {
      let key = Array(first.utf8)
      let whole = key + Array(second.utf8)
      whole.withUnsafeBytes { record(Header(kind: kind.rawValue, first: UInt32(clamping: key.count)), $0) }
    }

    mutating func record(_ header: Header, _ bytes: UnsafeRawBufferPointer) {
      var header = header
      header.size = UInt64(bytes.count)
      withUnsafeBytes(of: &header) { put($0) }
      put(bytes)
    }

    private mutating func put(_ bytes: UnsafeRawBufferPointer) {
      var rest = bytes
      while !rest.isEmpty, !hasFailed {
        let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if written > 0 {
          count += written
          rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        } else if written == 0 || errno != EINTR {
          hasFailed = true
        }
      }
    }
  }
}
