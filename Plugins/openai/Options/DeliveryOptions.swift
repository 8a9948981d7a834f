import HTTP
import JSON

/// Where the judge's servers are and how they are spoken to: the fields that every kind of judge has.
struct DeliveryOptions: Sendable, Hashable {
  /// Where the key is.
  enum KeySource: Sendable, Hashable {
    case environment(String)
    case file(String)
  }

  /// Base URLs of replicas, without a final slash: `http://host:8000/v1`. At least one.
  var urls: [String]
  /// nil: none is sent.
  var key: KeySource?
  /// The header that carries the key as it is; nil: `Authorization: Bearer KEY`.
  var keyHeader: String?
  /// Further headers, in order.
  var headers: [HTTPHeader]
  /// PEM file with the authorities that are trusted instead of the system's.
  var caFile: String?
  /// Goes before the proxy variables of the environment; empty: no proxy at all.
  var proxy: String?
  /// Path of a socket to connect to, whatever host the URL names.
  var unixSocket: String?
  /// Requests at once.
  var maxInFlight: Int
  /// Until a connection stands.
  var connectTimeoutMilliseconds: Int
  /// From the request to the first byte of the answer; nil: as long as the call may take.
  var firstByteTimeoutMilliseconds: Int?
  /// A longer answer is a failure.
  var maxResponseBytes: Int
  /// Attempts after the first one; 0: none.
  var retries: Int

  static let fields = [
    "url", "urls", "api_key_env", "api_key_file", "api_key_header", "headers", "ca_file", "proxy", "unix_socket",
    "max_in_flight",
    "connect_timeout_ms", "first_byte_timeout_ms", "max_response_bytes", "retries",
  ]

  /// Reads its fields and passes over all others.
  init(_ reader: JSONReader) throws(JSONError) {
    urls = try Self.urls(reader)
    key = try Self.key(reader)
    keyHeader = try Self.keyHeader(reader["api_key_header"], hasKey: key != nil)
    headers = try Self.headers(reader["headers"])
    caFile = try Self.path(reader["ca_file"])
    proxy = try reader["proxy"]?.string()
    unixSocket = try Self.path(reader["unix_socket"])
    maxInFlight = try reader["max_in_flight"]?.int(in: 1...100_000) ?? 256
    connectTimeoutMilliseconds = try reader["connect_timeout_ms"]?.int(in: 1...600_000) ?? 10_000
    firstByteTimeoutMilliseconds = try reader["first_byte_timeout_ms"].map { (field) throws(JSONError) in
      try field.int(in: 1...86_400_000)
    }
    maxResponseBytes = try reader["max_response_bytes"]?.int(in: 1024...1 << 31) ?? 64 << 20
    retries = try reader["retries"]?.int(in: 0...100) ?? 5
    if unixSocket != nil, let proxy = reader["proxy"] {
      throw proxy.error("stands beside 'unix_socket'; a socket is not reached through a proxy, give one of them")
    }
  }

  private static func urls(_ reader: JSONReader) throws(JSONError) -> [String] {
    switch (reader["url"], reader["urls"]) {
    case (nil, nil): throw reader.error("'url' is missing; it is the server's base URL, as in http://127.0.0.1:8000/v1")
    case (let url?, nil): return [try BaseURL.read(url)]
    case (nil, let list?):
      var urls: [String] = []
      for element in try list.array() {
        let url = try BaseURL.read(element)
        if urls.contains(url) { throw element.error("'\(url)' is there twice") }
        urls.append(url)
      }
      if urls.isEmpty { throw list.error("there is no URL; give at least one") }
      return urls
    case (_?, let list?): throw list.error("stands beside 'url'; give one of them")
    }
  }

  private static func key(_ reader: JSONReader) throws(JSONError) -> KeySource? {
    switch (reader["api_key_env"], reader["api_key_file"]) {
    case (nil, nil): return nil
    case (let name?, nil): return .environment(try variable(name))
    case (nil, let file?): return try path(file).map { .file($0) }
    case (_?, let file?): throw file.error("stands beside 'api_key_env'; give one of them")
    }
  }

  /// What is given is never shown: it may be the key itself.
  private static func variable(_ field: JSONReader) throws(JSONError) -> String {
    let name = try field.string()
    guard let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.allSatisfy(isWord) else {
      throw field.error("expected the name of an environment variable (letters, digits, _), not the key itself")
    }
    return name
  }

  private static func path(_ field: JSONReader?) throws(JSONError) -> String? {
    guard let field else { return nil }
    let path = try field.string()
    guard !path.isEmpty, !path.utf8.contains(0) else { throw field.error("a path is not empty and holds no NUL") }
    return path
  }

  private static func keyHeader(_ field: JSONReader?, hasKey: Bool) throws(JSONError) -> String? {
    guard let field else { return nil }
    guard hasKey else { throw field.error("there is no key to send; give api_key_env or api_key_file") }
    let name = try field.string()
    try checkName(name, at: field)
    return name
  }

  private static func headers(_ field: JSONReader?) throws(JSONError) -> [HTTPHeader] {
    guard let field else { return [] }
    var headers: [HTTPHeader] = []
    for name in try field.object().keys {
      guard let value = field[name] else { continue }
      try checkName(name, at: value)
      if name.lowercased() == "authorization" {
        throw value.error("a key does not belong into the configuration; give api_key_env or api_key_file")
      }
      let text = try value.string()
      guard text.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
        throw value.error("a header's value holds no line breaks and no control characters")
      }
      headers.append(HTTPHeader(name, text))
    }
    return headers
  }

  private static let ours = [
    "content-length", "content-type", "transfer-encoding", "host", "connection", "expect", "traceparent",
  ]

  private static func checkName(_ name: String, at field: JSONReader) throws(JSONError) {
    let isToken = name.utf8.allSatisfy { isWord($0) || "!#$%&'*+-.^`|~".utf8.contains($0) }
    guard isToken, !name.isEmpty else { throw field.error("'\(name)' is not a header's name") }
    if ours.contains(name.lowercased()) { throw field.error("the header '\(name)' is set by Cupel") }
  }

  /// ASCII letters, digits and `_`.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    default: false
    }
  }
}
