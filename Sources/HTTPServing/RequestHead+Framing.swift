extension RequestHead {
  /// Why it cannot be said for sure where the body ends; nil where it can.
  ///
  /// A proxy before this server may read such a head in another way, and take for the body what is read here as the next request, which
  /// then is another client's: request smuggling (RFC 9112 §5.1, §6.3 and §11.2). Such a request is refused, and its connection closed.
  var doubtAboutLength: String? {
    var lengths = 0
    var codings: [String] = []
    for header in headers {
      guard Self.isToken(header.name) else { return "the name of a header holds what no name may hold" }
      // Most headers are told apart by their length alone.
      switch header.name.utf8.count {
      case 14 where header.name.lowercased() == "content-length": lengths += 1
      case 17 where header.name.lowercased() == "transfer-encoding": codings.append(header.value)
      default: break
      }
    }
    if lengths > 1 { return "there are \(lengths) headers Content-Length; send one" }
    guard let coding = codings.first else { return nil }
    guard codings.count == 1, coding.lowercased() == "chunked" else {
      return "the Transfer-Encoding is not understood; accepted: chunked"
    }
    return lengths == 0 ? nil : "there are both Content-Length and Transfer-Encoding; send one of them"
  }

  /// RFC 9110 §5.6.2. The library takes `Content-Length ` with a space behind it for another header, and the body for the next request.
  private static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: "!#$%&'*+.^`|~".utf8.contains(byte)
        }
      }
  }
}
