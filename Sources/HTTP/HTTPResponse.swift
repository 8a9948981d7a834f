/// A whole answer, whatever its status.
public struct HTTPResponse: Sendable, Hashable {
  /// 200…599. Redirects are answers like any other: none is followed.
  public var status: Int
  /// As they came, in order.
  public var headers: [HTTPHeader]
  /// As long as the server said, or the exchange has failed.
  public var body: [UInt8]

  /// An answer.
  public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, without regard to case.
  public subscript(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.name.isEqual(toLowercase: name) }?.value
  }
}

/// Why there is no answer.
public struct HTTPFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong, as far as it decides what to do.
  public enum Kind: String, Sendable, CaseIterable {
    /// Not a request that can be sent: a bad URL, a line break in a header.
    case badRequest
    /// The host's name is not known.
    case unknownHost
    /// Nothing listens there, or there is no way to it.
    case connect
    /// The certificate is not trusted, is for another host, or the handshake failed.
    case tls
    /// The connection was closed or reset before the answer was complete.
    case closed
    /// What came is not HTTP.
    case badResponse
    /// The body is longer than `maxResponseBytes`, or the headers are longer than is sane.
    case tooLarge
    /// Connecting took longer than it may.
    case connectTimeout
    /// The first byte took longer than it may.
    case firstByteTimeout
    /// The exchange took longer than it may.
    case timeout
    /// The task was cancelled, or the client closed.
    case cancelled
    /// Anything else that libcurl reports.
    case other
  }

  /// Decides what to do.
  public let kind: Kind
  /// For people: what happened, to which host; never a header or a body.
  public let message: String

  /// A failure.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }
}

/// What sends requests: ``HTTPClient``, or a script in a test.
public protocol HTTPTransport: Sendable {
  /// Makes one exchange. Cancelling the task ends it and frees the connection.
  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse
}
