import HTTPServing

/// Where there are no keys, being a program of this machine is the key. A page in a browser of this machine is none: by letting the name of its
/// own host point to 127.0.0.1 (DNS rebinding) it could ask as if it were of the same origin. Its requests then state that name.
enum OwnNames {
  /// Refuses a request for a host that is neither an address nor `localhost`.
  static func check(_ head: RequestHead) throws(Fault) {
    guard let host = head["Host"], !isOwn(host) else { return }
    throw Fault(
      .unauthorized,
      "without API keys, requests are answered that are for localhost or an address, and this one is for '\(host.prefix(100))'; see "
        + "serve.keys_file and serve.without_keys")
  }

  /// `127.0.0.1:8080`, `[::1]`, `localhost`: no name that somebody else could have made.
  static func isOwn(_ host: String) -> Bool {
    if host.hasPrefix("[") { return true }
    let name = host.prefix { $0 != ":" }.lowercased()
    if name.isEmpty || name == "localhost" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
