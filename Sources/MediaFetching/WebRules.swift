import HTTP

/// Which hosts files may be fetched from, and how.
public struct WebRules: Sendable, Hashable {
  /// Hosts with public addresses: `images.example`, `*.images.example` for every name below it, `images.example:8080` for another
  /// port than 80 and 443.
  public var hosts: [String] = []
  /// Hosts that may be anywhere, also in the server's own network.
  public var privateHosts: [String] = []
  /// For one file, redirects included.
  public var timeoutMilliseconds = 10_000
  /// How many redirects are followed, each to a host that is listed.
  public var maxRedirects = 3

  /// No host: nothing is fetched.
  public init() {}

  /// Whether anything can be fetched.
  public var isEmpty: Bool { hosts.isEmpty && privateHosts.isEmpty }

  /// How a host may be reached.
  enum Reach { case anywhere, publicly }

  /// nil: not at all.
  func reach(_ endpoint: Endpoint) -> Reach? {
    if privateHosts.contains(where: { Self.matches($0, endpoint) }) { return .anywhere }
    return hosts.contains { Self.matches($0, endpoint) } ? .publicly : nil
  }

  /// Why an entry can match nothing; nil where it can.
  public static func problem(with entry: String) -> String? {
    let (host, port) = split(entry)
    let name = host.hasPrefix("*.") ? host.dropFirst(2) : host
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (97...122).contains(byte) || "-.:[]_".utf8.contains(byte)
      }
    guard isName, port.map({ (1...65_535).contains($0) }) ?? true else {
      return
        "'\(entry)' is no host; accepted: names in lower case, *.name for all below it, an address, each with :port if it is "
        + "neither 80 nor 443"
    }
    return nil
  }

  private static func matches(_ entry: String, _ endpoint: Endpoint) -> Bool {
    let (host, port) = split(entry)
    guard port.map({ $0 == endpoint.port }) ?? [80, 443].contains(endpoint.port) else { return false }
    return host.hasPrefix("*.") ? endpoint.host.hasSuffix(host.dropFirst()) : endpoint.host == host
  }

  /// The host and the port, where there is one; an IPv6 address stands in brackets.
  private static func split(_ entry: String) -> (host: Substring, port: Int?) {
    guard let colon = entry.lastIndex(of: ":"), !entry[colon...].contains("]") else { return (entry[...], nil) }
    return (entry[..<colon], Int(entry[colon...].dropFirst()) ?? 0)
  }
}
