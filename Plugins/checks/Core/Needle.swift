import Glibc

/// Bytes to look for, made ready once: found in linear time whatever the texts (Knuth, Morris and Pratt 1977; `memchr` finds the
/// places where a match can begin).
struct Needle: Sendable {
  let bytes: [UInt8]
  /// For each length of a prefix the longest shorter prefix that it also ends in.
  private let borders: [Int]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var borders = [Int](repeating: 0, count: bytes.count)
    for at in bytes.indices.dropFirst() {
      var length = borders[at - 1]
      while length > 0, bytes[length] != bytes[at] { length = borders[length - 1] }
      borders[at] = bytes[length] == bytes[at] ? length + 1 : 0
    }
    self.borders = borders
  }

  /// Its first place at or after the start of `text`; the start where there is nothing to look for.
  func firstIndex(in text: ArraySlice<UInt8>) -> Int? {
    guard let first = bytes.first else { return text.startIndex }
    let offset = bytes.withUnsafeBufferPointer { needle in
      text.withUnsafeBufferPointer { text -> Int? in
        guard let base = text.baseAddress else { return nil }
        var (at, matched) = (0, 0)
        while at < text.count {
          if matched == 0 {
            guard let hit = memchr(base + at, Int32(first), text.count - at) else { return nil }
            at = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
          }
          while matched > 0, needle[matched] != text[at] { matched = borders[matched - 1] }
          if needle[matched] == text[at] { matched += 1 }
          at += 1
          if matched == needle.count { return at - matched }
        }
        return nil
      }
    }
    return offset.map { text.startIndex + $0 }
  }
}
