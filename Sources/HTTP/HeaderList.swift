import CCurl

/// Headers as libcurl takes them. Transfers with the same headers share one list.
final class HeaderList {
  let headers: [HTTPHeader]
  private(set) var list: UnsafeMutablePointer<curl_slist>?

  /// What the client has to decide itself, or the message would not be what its length says.
  private static let reserved = ["content-length", "transfer-encoding", "expect"]

  init(_ headers: [HTTPHeader]) throws(HTTPFailure) {
    self.headers = headers
    for header in headers {
      try Self.check(header)
      // libcurl takes "Name:" as the wish to leave a header out, and "Name;" as one without a value.
      try append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
    }
    // A body does not announce itself, and has the type that the caller says or none.
    try append("Expect:")
    if !headers.contains(where: { $0.name.isEqual(toLowercase: "content-type") }) { try append("Content-Type:") }
  }

  deinit { curl_slist_free_all(list) }

  private func append(_ line: String) throws(HTTPFailure) {
    guard let longer = curl_slist_append(list, line) else { throw HTTPFailure(.other, "out of memory") }
    list = longer
  }

  private static func check(_ header: HTTPHeader) throws(HTTPFailure) {
    guard !header.name.isEmpty, header.name.utf8.allSatisfy(isTokenByte) else {
      throw HTTPFailure(.badRequest, "a header's name is empty or holds a character that no name can have")
    }
    // The value may be a key, so only the name is told.
    guard header.value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
      throw HTTPFailure(.badRequest, "the header \(header.name) holds a line break or another control character")
    }
    guard !reserved.contains(where: { header.name.isEqual(toLowercase: $0) }) else {
      throw HTTPFailure(.badRequest, "the header \(header.name) is set by the client")
    }
  }

  /// RFC 9110, 5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

extension String {
  /// Whether it is `other`, which is ASCII in lower case, without regard to case. Allocates nothing.
  func isEqual(toLowercase other: String) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { ($0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0) == $1 }
  }
}
