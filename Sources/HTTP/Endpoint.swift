import CCurl

/// Where a URL leads, as far as sharing connections and telling people goes.
public struct Endpoint: Sendable, Hashable {
  /// In lower case, as libcurl reads it.
  public let host: String
  /// The port of the URL, or of its scheme.
  public let port: Int
  /// `https://host:port`: what shares connections and limits.
  let origin: String
  /// Whether the scheme is https.
  public let isTLS: Bool
  /// Scheme, host, port and path, for messages: a query may hold a key.
  public let shown: String

  /// Refuses what cannot be sent as it stands. Nothing of a refused URL but its scheme is repeated: it may hold a key.
  public init(_ url: String, credentialsAllowed: Bool = false) throws(HTTPFailure) {
    guard url.utf8.count <= 65_536 else { throw HTTPFailure(.badRequest, "the URL is longer than 65,536 bytes") }
    if let bad = url.utf8.first(where: { !(0x21...0x7E).contains($0) }) {
      let what = bad == 0x20 ? "a space" : bad > 0x7E ? "a character that is not ASCII" : "a control character"
      throw HTTPFailure(.badRequest, "the URL holds \(what); write it percent-encoded")
    }
    // libcurl's parser would guess a scheme, and take http:///x for http://x.
    let start = url.prefix(9).lowercased()
    guard start.hasPrefix("http://") || start.hasPrefix("https://") else {
      throw HTTPFailure(.badRequest, "the URL begins with neither http:// nor https://")
    }
    isTLS = start.hasPrefix("https")
    guard url.utf8.dropFirst(isTLS ? 8 : 7).first != UInt8(ascii: "/") else {
      throw HTTPFailure(.badRequest, "the URL names no host")
    }
    guard let handle = curl_url() else { throw HTTPFailure(.other, "out of memory") }
    defer { curl_url_cleanup(handle) }
    let code = curl_url_set(handle, CURLUPART_URL, url, 0)
    guard code == CURLUE_OK else {
      throw HTTPFailure(
        .badRequest, "not a URL (\(String(cString: curl_url_strerror(code)))); accepted: http://host:port/path")
    }
    guard let host = Self.part(handle, CURLUPART_HOST)?.lowercased(), !host.isEmpty,
      let port = Self.part(handle, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT))
    else { throw HTTPFailure(.badRequest, "the URL names no host") }
    let hasCredentials = Self.part(handle, CURLUPART_USER) != nil || Self.part(handle, CURLUPART_PASSWORD) != nil
    guard credentialsAllowed || !hasCredentials else {
      throw HTTPFailure(.badRequest, "the URL for \(host) holds a user or password; put them into a header")
    }
    self.host = host
    self.port = Int(port) ?? 0
    origin = "\(isTLS ? "https" : "http")://\(host):\(port)"
    shown = origin + (Self.part(handle, CURLUPART_PATH) ?? "/")
  }

  /// The URL that a redirect from `url` leads to.
  public static func resolve(_ location: String, from url: String) throws(HTTPFailure) -> String {
    guard let handle = curl_url() else { throw HTTPFailure(.other, "out of memory") }
    defer { curl_url_cleanup(handle) }
    guard curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK,
      curl_url_set(handle, CURLUPART_URL, location, 0) == CURLUE_OK, let found = part(handle, CURLUPART_URL)
    else { throw HTTPFailure(.badRequest, "the redirect leads to no URL") }
    return found
  }

  private static func part(_ handle: OpaquePointer, _ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
