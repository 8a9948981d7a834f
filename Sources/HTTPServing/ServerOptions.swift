/// Where a server listens, and its limits.
public struct ServerOptions: Sendable, Hashable {
  /// A numeric address, IPv4 or IPv6, or a name that resolves to one.
  public var host = "127.0.0.1"
  /// 0: any that is free.
  public var port = 0
  /// Threads that read and write; on them too, requests are answered as far as it takes no wait. 0: one for each core that the
  /// process may run on.
  public var threads = 0
  /// The most at once. More wait in the system's queue until one closes.
  public var maxConnections = 16_384
  /// The longest body, before and after inflating.
  public var maxBodyBytes = 64 << 20
  /// The longest request line with all headers. Memory of this size is set aside for each connection.
  public var maxHeadBytes = 16 << 10
  /// How long a client may take for the request line and headers, from the connection or the end of the last answer: also how
  /// long a connection without a request is kept.
  public var idleMilliseconds = 75_000
  /// How long a client may take for the body.
  public var bodyMilliseconds = 60_000
  /// How long a client may take nothing of an answer that is sent to it; then the connection is cut.
  public var sendMilliseconds = 60_000
  /// How far a streamed body is written ahead of what the client has read.
  public var maxStreamedAheadBytes = 256 << 10

  /// The defaults.
  public init() {}
}

/// Why a server cannot listen.
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, and what to do.
  public let description: String
}
