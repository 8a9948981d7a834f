import CCurl

/// An easy handle of libcurl, and what is set in it. Used for one exchange after the other: what stays the same is not set
/// again. Belongs to the event thread.
final class Carrier {
  let easy: UnsafeMutableRawPointer
  private(set) var exchange: Exchange?

  private let deadlines: Deadlines
  private let allowsHTTP2: Bool
  private let errorText: UnsafeMutablePointer<CChar>
  private var url = ""
  private var method: HTTPRequest.Method?
  private var headers: HeaderList?
  /// How often the request of the exchange has gone out.
  private var requests = 0

  init(_ options: HTTPClientOptions, _ poller: Poller, _ deadlines: Deadlines) throws(HTTPFailure) {
    guard let easy = curl_easy_init() else { throw HTTPFailure(.other, "out of memory") }
    self.easy = easy
    self.deadlines = deadlines
    allowsHTTP2 = options.allowsHTTP2
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    let here = Unmanaged.passUnretained(self).toOpaque()
    try check(ccurl_set_pointer(easy, CURLOPT_PRIVATE, here))
    try check(ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
    try check(ccurl_set_body_sink(easy, takeBody, here))
    try check(ccurl_set_header_sink(easy, takeHeader, here))
    try check(ccurl_set_before_request(easy, beforeRequest, here))
    try check(ccurl_poller_own_sockets(poller.pointer, easy))
    try set(CURLOPT_NOSIGNAL, 1)
    // A name that is being looked up when its exchange ends is left to its thread; the event thread does not wait for it.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_TCP_KEEPALIVE, 1)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    try set(CURLOPT_USERAGENT, options.userAgent)
    if options.acceptsCompression { try set(CURLOPT_ACCEPT_ENCODING, "") }
    if let caFile = options.caFile {
      try set(CURLOPT_CAINFO, caFile)
      try check(ccurl_set_text(easy, CURLOPT_CAPATH, nil))
    }
    if let unixSocket = options.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, unixSocket) }
    if let proxy = options.unixSocket == nil ? options.proxy : "" { try set(CURLOPT_PROXY, proxy) }
    try set(CURLOPT_HTTP_VERSION, options.allowsHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
  }

  deinit {
    curl_easy_cleanup(easy)
    errorText.deallocate()
  }

  /// Makes it ready for an exchange, and keeps that alive until ``unload()``.
  func load(_ exchange: Exchange, _ headers: HeaderList, isTLS: Bool) throws(HTTPFailure) {
    let request = exchange.request
    if url != request.url {
      url = ""
      try set(CURLOPT_URL, request.url)
      // Rather wait until it is known whether a new connection can be shared than open one for each of a burst.
      try set(CURLOPT_PIPEWAIT, isTLS && allowsHTTP2 ? 1 : 0)
      url = request.url
    }
    if self.headers !== headers {
      try check(ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers.list))
      self.headers = headers
    }
    if method != request.method {
      try set(request.method == .post ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
      method = request.method
    }
    if request.method == .post { try setBody(request.body) }
    errorText.pointee = 0
    requests = 0
    self.exchange = exchange
    exchange.carrier = self
  }

  func unload() {
    exchange?.carrier = nil
    exchange = nil
  }

  /// What libcurl says went wrong, beyond its code; "" where it says nothing.
  var errorMessage: String { String(cString: errorText) }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    return ccurl_get_long(easy, info, &value) == CURLE_OK ? value : 0
  }

  private func setBody(_ body: [UInt8]) throws(HTTPFailure) {
    try check(ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
    // libcurl reads it where it stands: the exchange holds the array, and nobody changes it, so it stays there.
    let address = body.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
    try check(ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, address ?? UnsafeRawPointer(errorText)))
  }

  private func set(_ option: CURLoption, _ value: Int) throws(HTTPFailure) {
    try check(ccurl_set_long(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(HTTPFailure) {
    try check(ccurl_set_text(easy, option, value))
  }

  private func check(_ code: CURLcode) throws(HTTPFailure) {
    guard code == CURLE_OK else { throw HTTPFailure(.other, "libcurl: \(String(cString: curl_easy_strerror(code)))") }
  }

  /// One request is one attempt. libcurl would send it again over a new connection where a kept one is closed without an
  /// answer; whether the server had begun to work on it, nobody knows, so that is for the caller to decide.
  fileprivate func mayRequest() -> Bool {
    requests += 1
    guard requests == 1, let exchange else { return false }
    exchange.enter(.requested(since: monotonicNanoseconds()))
    // A deadline that has moved away is noticed when the old one comes.
    if exchange.nextDeadline < exchange.deadline { deadlines.update(exchange) }
    return true
  }

  fileprivate func take(header: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let exchange else { return false }
    if case .requested = exchange.phase { exchange.enter(.answering) }
    return exchange.answer.takeHeader(header)
  }

  fileprivate func take(body: UnsafeBufferPointer<UInt8>) -> Bool { exchange?.answer.takeBody(body) ?? false }

  /// Whether libcurl wanted to send the request a second time.
  var wasRequestedAgain: Bool { requests > 1 }
}

extension Carrier {
  /// The one that a handle belongs to.
  static func of(_ easy: UnsafeMutableRawPointer) -> Carrier? { carrier(ccurl_get_private(easy)) }
}

private func carrier(_ context: UnsafeMutableRawPointer?) -> Carrier? {
  context.map { Unmanaged<Carrier>.fromOpaque($0).takeUnretainedValue() }
}

private func bytes(_ data: UnsafeMutablePointer<CChar>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(UnsafeMutableRawBufferPointer(start: data, count: count).bindMemory(to: UInt8.self))
}

/// CURL_WRITEFUNC_ERROR, which is a macro.
private let stop = 0xFFFF_FFFF

private let takeHeader: ccurl_sink = { data, size, count, context in
  carrier(context)?.take(header: bytes(data, size * count)) == true ? size * count : stop
}

private let takeBody: ccurl_sink = { data, size, count, context in
  carrier(context)?.take(body: bytes(data, size * count)) == true ? size * count : stop
}

private let beforeRequest: ccurl_before_request = { context, _, _, _, _ in
  carrier(context)?.mayRequest() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
