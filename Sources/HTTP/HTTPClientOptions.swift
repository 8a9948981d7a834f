import Glibc

/// What all exchanges of a client have in common. Limits of one exchange are in its ``HTTPRequest``.
public struct HTTPClientOptions: Sendable, Hashable {
  /// A file of certificates (PEM) that are trusted instead of the system's; nil: the system's. Certificates are always checked.
  public var caFile: String?
  /// `http://host:port` of a proxy for everything; "" for none; nil: what `http_proxy`, `https_proxy`, `all_proxy` and
  /// `no_proxy` say when the client is made.
  public var proxy: String?
  /// The path of a Unix socket that is connected to instead of the URL's host, without any proxy.
  public var unixSocket: String?
  /// Exchanges with one host and port at a time; further ones wait. With HTTP/1.1 each has a connection of its own.
  public var maxConnectionsPerHost: Int
  /// Whether HTTP/2 is taken where a server offers it over TLS; exchanges then share connections.
  public var allowsHTTP2: Bool
  /// Whether servers may compress what they answer. `maxResponseBytes` counts what comes out of it.
  public var acceptsCompression: Bool
  /// The answer's headers may be this long, in bytes and with their line ends.
  public var maxHeaderBytes: Int
  /// Whether only addresses are connected to that the whole internet reaches: no loopback, private, link-local or other special
  /// ones, whatever a host's name leads to. To be used without a proxy, which would be what is connected to.
  public var connectsOnlyToPublicAddresses: Bool
  /// What the client calls itself.
  public var userAgent: String

  /// The standard values.
  public init(
    caFile: String? = nil, proxy: String? = nil, unixSocket: String? = nil, maxConnectionsPerHost: Int = 1024,
    allowsHTTP2: Bool = true, acceptsCompression: Bool = false, maxHeaderBytes: Int = 64 << 10,
    userAgent: String = "cupel", connectsOnlyToPublicAddresses: Bool = false
  ) {
    self.caFile = caFile
    self.proxy = proxy
    self.unixSocket = unixSocket
    self.maxConnectionsPerHost = maxConnectionsPerHost
    self.allowsHTTP2 = allowsHTTP2
    self.acceptsCompression = acceptsCompression
    self.maxHeaderBytes = maxHeaderBytes
    self.userAgent = userAgent
    self.connectsOnlyToPublicAddresses = connectsOnlyToPublicAddresses
  }
}

/// An option that no client can be made with.
public struct HTTPOptionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The name of the member of ``HTTPClientOptions``, so that a caller can name the field of its own that it came from.
  public let option: String
  /// What is wrong with it, and what is accepted.
  public let message: String

  /// Option and message.
  public var description: String { "\(option): \(message)" }
}

extension HTTPClientOptions {
  /// Refuses what would fail later with every exchange.
  func validate() throws(HTTPOptionError) {
    if let caFile { try Self.checkCertificates(caFile) }
    if let proxy, !proxy.isEmpty { try Self.checkProxy(proxy) }
    if let unixSocket {
      // sockaddr_un holds 108 bytes, the last of them NUL.
      guard (1...107).contains(unixSocket.utf8.count), !unixSocket.utf8.contains(0) else {
        throw HTTPOptionError(option: "unixSocket", message: "a path of 1 to 107 bytes, not \(unixSocket.utf8.count)")
      }
    }
    guard maxConnectionsPerHost > 0 else {
      throw HTTPOptionError(option: "maxConnectionsPerHost", message: "at least 1, not \(maxConnectionsPerHost)")
    }
    guard maxHeaderBytes > 0 else {
      throw HTTPOptionError(option: "maxHeaderBytes", message: "at least 1, not \(maxHeaderBytes)")
    }
    guard userAgent.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw HTTPOptionError(option: "userAgent", message: "printable ASCII characters only")
    }
  }

  private static func checkCertificates(_ path: String) throws(HTTPOptionError) {
    guard !path.isEmpty, let file = fopen(path, "re") else {
      let reason = path.isEmpty ? "an empty path" : String(cString: strerror(errno))
      throw HTTPOptionError(option: "caFile", message: "cannot read '\(path)': \(reason)")
    }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 4 << 20)
    let count = fread(&buffer, 1, buffer.count, file)
    guard ferror(file) == 0 else {
      throw HTTPOptionError(option: "caFile", message: "cannot read '\(path)': \(String(cString: strerror(errno)))")
    }
    let marker = Array("-----BEGIN ".utf8)
    let holdsCertificates = buffer[..<count].split(separator: UInt8(ascii: "\n")).contains {
      $0.starts(with: marker) && String(decoding: $0, as: UTF8.self).contains("CERTIFICATE-----")
    }
    guard holdsCertificates else {
      throw HTTPOptionError(
        option: "caFile", message: "'\(path)' holds no certificate; accepted: PEM, lines from BEGIN to END CERTIFICATE")
    }
  }

  private static func checkProxy(_ proxy: String) throws(HTTPOptionError) {
    do {
      _ = try Endpoint(proxy, credentialsAllowed: true)
    } catch {
      throw HTTPOptionError(option: "proxy", message: "\(error.message); accepted: http://host:port, or \"\" for none")
    }
  }
}
