/// A request line with its headers; the body follows.
public struct RequestHead: Sendable, Hashable {
  /// As the client wrote it: `POST`.
  public let method: String
  /// With `%41` and the like decoded, without the query. What is not UTF-8 is repaired, and then matches no route.
  public let path: String
  /// The query's parameters in order; nil where one has no `=`.
  public let query: [Field]
  /// In order, as the client wrote them.
  public let headers: [Field]

  /// A name with its value.
  public struct Field: Sendable, Hashable {
    /// Header names are compared without regard to case.
    public let name: String
    /// Empty where there is none.
    public let value: String

    /// `name: value`.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A head.
  public init(method: String, path: String, query: [Field] = [], headers: [Field] = []) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
  }

  /// The first header of that name, without regard to case (that of ASCII: other letters are not in names of headers).
  public subscript(_ name: String) -> String? {
    headers.first { Self.isSame($0.name, name) }?.value
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.count == other.utf8.count && zip(one.utf8, other.utf8).allSatisfy { lowercased($0) == lowercased($1) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }
}

/// A whole request.
public struct Request: Sendable, Hashable {
  /// Its line and headers.
  public let head: RequestHead
  /// Inflated, where the client sent it deflated.
  public let body: [UInt8]

  /// A request.
  public init(_ head: RequestHead, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }
}

/// What a client gets.
public struct Reply: Sendable {
  /// Where the bytes come from.
  public enum Body: Sendable {
    case bytes([UInt8])
    /// Written while it is sent, in chunks. The producer's task is cancelled when the client goes away; when it throws, the
    /// connection is closed in the middle, so that the client sees that the body is not whole.
    case stream(@Sendable (BodyWriter) async throws -> Void)
  }

  /// 200…599.
  public var status: Int
  /// `Content-Length` and `Date` are added by the server. A value that holds a line break is left out.
  public var headers: [RequestHead.Field]
  /// Not sent in answer to HEAD.
  public var body: Body

  /// A reply with a whole body.
  public init(_ status: Int, headers: [RequestHead.Field] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = .bytes(body)
  }

  /// A reply whose body is written as it is sent.
  public init(
    _ status: Int, headers: [RequestHead.Field] = [], stream: @escaping @Sendable (BodyWriter) async throws -> Void
  ) {
    self.status = status
    self.headers = headers
    self.body = .stream(stream)
  }
}

/// What answers requests.
public protocol RequestHandler: Sendable {
  /// Looks at a request before its body is read: a reply ends it there, unread; nil lets it come. Called on the server's own
  /// thread, so it must not wait.
  func refuse(_ head: RequestHead) -> Reply?

  /// Answers a request. The task is cancelled when the client goes away, or the server closes; what is returned then nobody
  /// gets. Where the body is short it begins on one of the server's own threads, and is there until it first waits: it must not
  /// block, and should not compute for longer than reading such a body takes.
  func reply(to request: Request) async -> Reply

  /// Words for what the server refuses by itself: 400, 408, 413, 415 or 503.
  func reply(refusing status: Int, _ message: String) -> Reply
}
