import Wire

/// A `data:` URL (RFC 2397): `data:[type][;parameter]…[;base64],payload`.
struct DataURL {
  /// As it was declared, in lower case; nil where there is none.
  let mediaType: String?
  private let isBase64: Bool
  private let payload: Substring.UTF8View

  /// Reads what follows `data:`.
  init(_ rest: String.UTF8View.SubSequence) throws(Unscored) {
    guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else {
      throw Unscored(
        .invalidInput, "a data: URL needs a comma before its content, as in 'data:image/png;base64,iVBOR…'")
    }
    var fields = rest[..<comma].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self).lowercased() }
    isBase64 = fields.count > 1 && fields.last == "base64"
    if isBase64 { fields.removeLast() }
    let type = fields.first ?? ""
    mediaType = type.isEmpty ? nil : type
    payload = Substring(rest[rest.index(after: comma)...]).utf8
  }

  /// The content. `maxBytes` is `max_input_bytes`, checked before base64 takes memory.
  func decode(maxBytes: Int) throws(Unscored) -> [UInt8] {
    guard isBase64 else {
      let bytes = try PercentEncoding.decode(payload)
      try check(bytes.count, maxBytes)
      return bytes
    }
    if payload.contains(UInt8(ascii: "%")) {
      let text = try PercentEncoding.decode(payload)
      try check(Base64.decodedCount(text), maxBytes)
      return try Base64.decode(text)
    }
    try check(Base64.decodedCount(payload), maxBytes)
    return try Base64.decode(payload)
  }

  private func check(_ count: Int, _ maxBytes: Int) throws(Unscored) {
    guard count <= maxBytes else {
      throw Unscored(.invalidInput, "holds \(count) bytes, over the limit max_input_bytes = \(maxBytes)")
    }
  }
}
