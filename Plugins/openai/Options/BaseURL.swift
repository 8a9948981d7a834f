import JSON

/// The base URL of a server, under which the endpoints of OpenAI's protocol lie: `http://127.0.0.1:8000/v1`.
enum BaseURL {
  /// Reads a URL, without slashes at its end. Throws for one that cannot be a base, with the one that was probably meant.
  static func read(_ field: JSONReader) throws(JSONError) -> String {
    var url = try field.string()
    while url.hasSuffix("/") { url.removeLast() }
    guard let start = ["http://", "https://"].first(where: { url.lowercased().hasPrefix($0) }) else {
      throw field.error("'\(url)' is not a base URL; it starts with http:// or https://, as in \(example)")
    }
    let rest = url.dropFirst(start.count)
    guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw field.error("a base URL holds ASCII characters without spaces; write others as %XX")
    }
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    // What stands before the @ may be a key, so it is not shown.
    guard !host.contains("@") else {
      throw field.error("a base URL holds no user and no password; give the key as api_key_env or api_key_file")
    }
    guard !host.isEmpty, !host.hasPrefix(":") else { throw field.error("'\(url)' names no host; accepted: \(example)") }
    guard !rest.contains("?"), !rest.contains("#") else {
      throw field.error("a base URL ends with its path: no '?' and no '#'; accepted: \(example)")
    }
    try checkPath(rest.dropFirst(host.count), of: url, at: field)
    return url
  }

  private static let example = "http://127.0.0.1:8000/v1"
  private static let endpoints = [
    "/chat/completions", "/completions", "/models", "/embeddings", "/classify", "/score", "/rerank", "/pooling",
  ]

  private static func checkPath(_ path: Substring, of url: String, at field: JSONReader) throws(JSONError) {
    if let endpoint = endpoints.first(where: { path.hasSuffix($0) }) {
      throw field.error(
        "'\(url)' names an endpoint; give the base URL, '\(url.dropLast(endpoint.count))' (kind chooses the endpoint)")
    }
    guard !path.isEmpty else {
      throw field.error("'\(url)' has no path; did you mean '\(url)/v1'? OpenAI's endpoints lie under a version")
    }
  }
}
