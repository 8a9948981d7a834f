extension ModelServer {
  /// Counts since the server started, and what is the case now. Every request ends as answered or as abandoned:
  /// `requests == answered + abandoned + inFlight`.
  public struct Statistics: Sendable, Hashable {
    /// Requests that were read completely.
    public internal(set) var requests = 0
    /// Replies that were carried out to their end, whatever it was: a fault that closes the connection counts here.
    public internal(set) var answered = 0
    /// Requests whose client went away, or whose server was closed, before the reply was carried out.
    public internal(set) var abandoned = 0
    /// Requests that could not be read as HTTP; each was answered with 400, 413 or 431 and its connection closed.
    public internal(set) var malformed = 0
    /// Connections that were accepted.
    public internal(set) var connections = 0
    /// Connections that are open now.
    public internal(set) var openConnections = 0
    /// Requests that are being answered now.
    public internal(set) var inFlight = 0
    /// The largest number of requests that were being answered at once.
    public internal(set) var mostInFlight = 0
    /// Whether new connections are accepted.
    public internal(set) var isListening = true
  }

  /// The counts now.
  public var statistics: Statistics { shared.statistics }

  /// The requests so far, in the order in which they were complete, up to the limit of the log.
  public var requests: [Request] { shared.log }

  /// Forgets the requests of the log; the counts stay.
  public func clearRequests() { shared.clearLog() }

  /// Waits until the counts are as `condition` wants them, or until the task is cancelled: what a sleep would guess.
  ///
  /// ```swift
  /// await server.until { $0.inFlight == 3 }         // three calls have arrived
  /// await server.until { $0.openConnections == 0 }  // and all connections are gone
  /// ```
  public func until(_ condition: @escaping @Sendable (Statistics) -> Bool) async { await shared.until(condition) }
}
