/// One request, to be made once: what follows from a failure is the caller's affair.
public struct HTTPRequest: Sendable, Hashable {
  /// The two methods that model servers know.
  public enum Method: String, Sendable, CaseIterable { case get = "GET", post = "POST" }

  /// GET has no body.
  public var method: Method
  /// Absolute, `http://` or `https://`; other schemes are refused.
  public var url: String
  /// Sent as they stand, in order. A name or value that holds a line break is refused before anything is sent.
  public var headers: [HTTPHeader]
  /// Sent with its length; never chunked.
  public var body: [UInt8]
  /// How long each part of the exchange may take.
  public var timeouts: HTTPTimeouts
  /// A longer body ends the exchange as ``HTTPFailure/Kind/tooLarge``; nothing beyond it is held in memory.
  public var maxResponseBytes: Int

  /// A request with a limit of 64 MiB on the answer.
  public init(
    _ method: Method, _ url: String, headers: [HTTPHeader] = [], body: [UInt8] = [],
    timeouts: HTTPTimeouts = HTTPTimeouts(), maxResponseBytes: Int = 64 << 20
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
    self.maxResponseBytes = maxResponseBytes
  }
}

/// A header line.
public struct HTTPHeader: Sendable, Hashable {
  /// Compared without regard to case.
  public var name: String
  /// Without the white space around it.
  public var value: String

  /// `name: value`.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// How long an exchange may take, part by part, in milliseconds.
public struct HTTPTimeouts: Sendable, Hashable {
  /// Until the connection stands, TLS included.
  public var connectMilliseconds: Int
  /// From the request until the first byte of the answer; nil: no limit of its own. A judge that reasons is silent for minutes.
  public var firstByteMilliseconds: Int?
  /// For the whole exchange.
  public var totalMilliseconds: Int

  /// By default ten seconds to connect and ten minutes in all.
  public init(connectMilliseconds: Int = 10_000, firstByteMilliseconds: Int? = nil, totalMilliseconds: Int = 600_000) {
    self.connectMilliseconds = connectMilliseconds
    self.firstByteMilliseconds = firstByteMilliseconds
    self.totalMilliseconds = totalMilliseconds
  }
}
