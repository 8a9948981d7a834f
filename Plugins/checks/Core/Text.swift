/// UTF-8 text as bytes, the form every check works on. Valid UTF-8 by construction: it can only be made from a `String`
/// or cut out of another text at ASCII bytes.
struct Text: Sendable, Hashable {
  let bytes: [UInt8]
  /// All bytes are below 0x80, so that a byte is a character and the Unicode tables are not needed.
  let isASCII: Bool

  init(_ string: String) {
    self.init(validBytes: Array(string.utf8))
  }

  /// For bytes that are known to be valid UTF-8.
  init(validBytes bytes: [UInt8]) {
    self.bytes = bytes
    isASCII = bytes.withUnsafeBufferPointer { buffer in
      var all: UInt8 = 0
      for byte in buffer { all |= byte }
      return all < 0x80
    }
  }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The number of code points, as Python's `len` counts them.
  var codePointCount: Int {
    if isASCII { return bytes.count }
    return bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }

  /// The text shortened to one line for a reason: line breaks and control characters become spaces.
  func excerpt(_ limit: Int = 60) -> String { Text.excerpt(bytes[...], limit) }

  static func excerpt(_ bytes: ArraySlice<UInt8>, _ limit: Int = 60) -> String {
    if bytes.count <= limit, bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    let head = String(decoding: bytes.prefix(limit * 4), as: UTF8.self).unicodeScalars
    var line = String.UnicodeScalarView()
    for scalar in head.prefix(limit) { line.append(isPrintable(scalar) ? scalar : " ") }
    let isCut = bytes.count > limit * 4 || head.count > limit
    return String(line) + (isCut ? "…" : "")
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value >= 0x20 && scalar.value < 0x7F }
    let properties = scalar.properties
    return properties.generalCategory != .control && !properties.isWhitespace
  }
}
