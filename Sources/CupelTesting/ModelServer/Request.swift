public import JSON

extension ModelServer {
  /// One header line.
  public struct Header: Sendable, Hashable {
    /// As it was written; compared without regard to case.
    public var name: String
    /// Without the spaces around it.
    public var value: String

    /// A header line; neither part may hold a line break.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A request that was read completely.
  public struct Request: Sendable {
    /// `GET`, `POST`, ….
    public let method: String
    /// With the query, as it stands in the request line.
    public let target: String
    /// In the order in which they were sent.
    public let headers: [Header]
    /// Without its transfer coding.
    public let body: [UInt8]
    /// The number of this request among all of this server, in the order in which they were complete; 1 is the first.
    public let ordinal: Int
    /// How often this same method, target and body was asked, this time included: 1 is the first attempt.
    public let times: Int
    /// How many requests are being answered now, this one included: for servers that refuse what is too much.
    public let inFlight: Int
    /// The number of the connection that it came on; 1 is the first.
    public let connection: Int

    /// The target without its query.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// The value of the first header of that name; nil where there is none.
    public func header(_ name: String) -> String? { headers.value(of: name) }

    /// The body as JSON, parsed anew each time; nil where it is not JSON.
    public var json: JSONValue? { try? JSONParser.parse(body) }

    /// How many choices a chat completion request asks for.
    public var wantedChoices: Int { max(1, json?["n"]?.int ?? 1) }
  }
}

extension [ModelServer.Header] {
  func value(of name: String) -> String? {
    first { $0.name.utf8.elementsEqual(name.utf8) { $0 == $1 || lowercase($0) == lowercase($1) } }?.value
  }
}

private func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }
