import CCurl
import Glibc

extension HTTPFailure {
  static let cancelled = HTTPFailure(.cancelled, "the request was cancelled")
}

extension Exchange {
  /// What libcurl's code, with all else that is known, means for the caller.
  func result(_ code: CURLcode, _ options: HTTPClientOptions) -> Result<HTTPResponse, HTTPFailure> {
    if let cut = answer.failure { return .failure(HTTPFailure(cut.kind, "\(shown): \(cut.message)")) }
    guard code == CURLE_OK else { return .failure(failure(code, options)) }
    // libcurl is content when the connection ends within the headers.
    guard answer.hasAllHeaders else {
      return .failure(HTTPFailure(.closed, "\(shown) closed the connection within the headers of the answer"))
    }
    guard (200...599).contains(answer.status) else {
      return .failure(HTTPFailure(.badResponse, "\(shown) answered with the status \(answer.status)"))
    }
    return .success(HTTPResponse(status: answer.status, headers: answer.headers, body: answer.body))
  }

  /// What has taken too long.
  func timeout(_ now: UInt64) -> HTTPFailure {
    let timeouts = request.timeouts
    if begun.adding(milliseconds: timeouts.totalMilliseconds) <= now {
      return HTTPFailure(.timeout, "\(shown) was not done within \(timeouts.totalMilliseconds) ms, \(progress)")
    }
    if case .connecting = phase {
      return HTTPFailure(.connectTimeout, "no connection to \(shown) within \(timeouts.connectMilliseconds) ms")
    }
    let limit = timeouts.firstByteMilliseconds ?? 0
    return HTTPFailure(.firstByteTimeout, "\(shown) did not begin to answer within \(limit) ms")
  }

  private var progress: String {
    switch phase {
    case .waiting: "waiting for other requests to the same host to end"
    case .connecting: "connecting"
    case .requested: "waiting for the answer"
    case .answering, .over: "with \(answer.body.count) bytes of the answer's body"
    }
  }

  private var isWithinHeaders: Bool {
    switch phase {
    case .waiting, .connecting, .over: false
    case .requested, .answering: !answer.hasAllHeaders
    }
  }

  private var shown: String { route?.endpoint.shown ?? "the server" }

  private func failure(_ code: CURLcode, _ options: HTTPClientOptions) -> HTTPFailure {
    let said = carrier?.errorMessage ?? ""
    let reason = said.isEmpty ? String(cString: curl_easy_strerror(code)) : said
    if carrier?.wasRequestedAgain == true {
      return HTTPFailure(.closed, "\(shown) closed a kept connection without an answer")
    }
    let proxyStatus = carrier?.number(CURLINFO_HTTP_CONNECTCODE) ?? 0
    if proxyStatus >= 300 {
      return HTTPFailure(.connect, "the proxy refused the way to \(shown) with the status \(proxyStatus)")
    }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      return HTTPFailure(.unknownHost, "\(shown): the host's name is not known (\(reason))")
    case CURLE_COULDNT_RESOLVE_PROXY:
      return HTTPFailure(.unknownHost, "\(shown): the name of the proxy is not known (\(reason))")
    case CURLE_COULDNT_CONNECT: return connectFailure(reason, options)
    case CURLE_PROXY: return HTTPFailure(.connect, "\(shown): the proxy gives no way there (\(reason))")
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_SHUTDOWN_FAILED,
      CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
      return HTTPFailure(.tls, "\(shown): \(reason)\(tlsAdvice(reason))")
    case CURLE_GOT_NOTHING: return HTTPFailure(.closed, "\(shown) closed the connection without an answer")
    case CURLE_PARTIAL_FILE:
      return HTTPFailure(
        .closed, "\(shown) closed the connection within the answer, after \(answer.body.count) bytes of its body")
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return HTTPFailure(.closed, "\(shown): the connection broke (\(reason))")
    // This is what libcurl says of a header line that is too long for it.
    case CURLE_OUT_OF_MEMORY where isWithinHeaders:
      return HTTPFailure(.tooLarge, "\(shown): a header of the answer is longer than libcurl takes (100 kB)")
    // libcurl calls an answer that does not begin with HTTP/ an unsupported protocol: HTTP/0.9.
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
      return HTTPFailure(.badResponse, "\(shown): what came is not an answer in HTTP (\(reason))")
    case CURLE_URL_MALFORMAT: return HTTPFailure(.badRequest, "\(shown): not a URL (\(reason))")
    default: return HTTPFailure(.other, "\(shown): \(reason) (libcurl's error \(code.rawValue))")
    }
  }

  private func connectFailure(_ reason: String, _ options: HTTPClientOptions) -> HTTPFailure {
    var place = shown
    if let unixSocket = options.unixSocket { place = "the Unix socket '\(unixSocket)' for \(shown)" }
    if options.unixSocket == nil, options.proxy != "" {
      // Which way it went, the variables decide; libcurl's reason names who did not answer.
      return HTTPFailure(.connect, "no connection to \(shown), or to the proxy on the way: \(reason)")
    }
    if options.connectsOnlyToPublicAddresses {
      let rule = "loopback, private and other special addresses are not connected to"
      return HTTPFailure(.connect, "no connection to \(place): \(reason); \(rule)")
    }
    switch Int32(carrier?.number(CURLINFO_OS_ERRNO) ?? 0) {
    case ECONNREFUSED:
      return HTTPFailure(.connect, "nothing listens at \(place) (connection refused)")
    case let code where code != 0:
      return HTTPFailure(.connect, "no connection to \(place): \(String(cString: strerror(code)))")
    default:
      return HTTPFailure(.connect, "no connection to \(place): \(reason)")
    }
  }

  private func tlsAdvice(_ reason: String) -> String {
    if reason.contains("self-signed") || reason.contains("unable to get local issuer") {
      return "; name a file with the certificate to trust as ca_file"
    }
    if reason.contains("subject name") {
      return "; the certificate is for another host: use the name that it is for"
    }
    if reason.contains("wrong version number") || reason.contains("packet length too long") {
      return "; the server does not speak TLS here: use http://, or another port"
    }
    return ""
  }
}
