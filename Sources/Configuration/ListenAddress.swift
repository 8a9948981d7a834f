import JSON

/// A host with a port, `127.0.0.1:8080` or `[::1]:8080`.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
  /// A numeric address, IPv4 or IPv6, or a name.
  public var host = "127.0.0.1"
  /// 0: any that is free.
  public var port = 8080

  /// Loopback, port 8080.
  public init() {}

  /// Takes `HOST:PORT` apart; an IPv6 address stands in brackets. nil where it is none.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      return nil
    }
    let digits = text[text.index(after: colon)...]
    guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "[" || $0 == "]" }),
      digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits), (0...65_535).contains(port)
    else { return nil }
    (self.host, self.port) = (String(host), port)
  }

  /// Whether only programs of this machine can reach it.
  public var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// `HOST:PORT`, as it is read.
  public var description: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  static func read(_ field: JSONReader) throws(JSONError) -> ListenAddress {
    let text = try field.string()
    guard let address = ListenAddress(text) else { throw field.error(problem(with: text)) }
    return address
  }

  /// What to say of text that is no address.
  public static func problem(with text: String) -> String {
    "expected HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, found '\(text)'"
  }
}
