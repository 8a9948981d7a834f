import HTTP
import Judging

extension Letter {
  /// The whole URL at the server with this base.
  func url(base: String) -> String {
    switch root {
    case .base: base + path
    case .server: (base.hasSuffix("/v1") ? String(base.dropLast(3)) : base) + path
    }
  }

  /// The request of one attempt, which may take `time` at most.
  func request(_ url: String, headers: [HTTPHeader], options: DeliveryOptions, time: Duration) -> HTTPRequest {
    let total = max(1, time.milliseconds)
    var lines = [HTTPHeader("Accept", "application/json")]
    if body != nil { lines.append(HTTPHeader("Content-Type", "application/json")) }
    if let idempotencyKey { lines.append(HTTPHeader("Idempotency-Key", idempotencyKey)) }
    if let traceParent { lines.append(HTTPHeader("traceparent", traceParent.text)) }
    return HTTPRequest(
      body == nil ? .get : .post, url, headers: lines + headers, body: body ?? [],
      timeouts: HTTPTimeouts(
        connectMilliseconds: min(options.connectTimeoutMilliseconds, total),
        firstByteMilliseconds: options.firstByteTimeoutMilliseconds.map { min($0, total) },
        totalMilliseconds: total),
      maxResponseBytes: options.maxResponseBytes)
  }
}
