import HTTPServing

/// Cross-origin requests of browsers (the Fetch standard, "HTTP extensions for CORS"): none are allowed unless the configuration
/// names their origins.
struct CrossOrigin: Sendable {
  private let origins: Set<String>

  /// Origins as browsers write them, `https://tools.example`; `*`: every one.
  init(_ origins: [String]) { self.origins = Set(origins) }

  /// Whether there is any origin that may ask.
  var isAllowed: Bool { !origins.isEmpty }

  /// How long a browser need not ask again.
  private static let maxAgeSeconds = 600

  /// What an answer says about who may read it.
  func headers(for head: RequestHead, allow: String?) -> [RequestHead.Field] {
    guard isAllowed else { return [] }
    var headers = origins.contains("*") ? [] : [RequestHead.Field("Vary", "Origin")]
    guard let origin = head["Origin"], let allowed = allowed(origin) else { return headers }
    headers.append(.init("Access-Control-Allow-Origin", allowed))
    if head.method == "OPTIONS", head["Access-Control-Request-Method"] != nil {
      headers.append(.init("Access-Control-Allow-Methods", allow ?? ""))
      headers.append(.init("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-ID, traceparent"))
      headers.append(.init("Access-Control-Max-Age", String(Self.maxAgeSeconds)))
    } else {
      headers.append(.init("Access-Control-Expose-Headers", "X-Request-ID, Retry-After"))
    }
    return headers
  }

  private func allowed(_ origin: String) -> String? {
    if origins.contains("*") { return "*" }
    return origins.contains(origin) ? origin : nil
  }
}
