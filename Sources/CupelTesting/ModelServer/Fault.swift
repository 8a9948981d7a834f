extension ModelServer {
  /// What servers, proxies and networks do wrong, on command. `Reply.fault(.halfBody)` is a good chat completion so
  /// spoilt, `reply.with(.halfBody)` any other response.
  public enum Fault: String, Sendable, Hashable, CaseIterable {
    /// The listening socket and this connection are closed: this call gets no reply, the next no connection, until
    /// ``ModelServer/acceptConnections()``.
    case refuse
    /// The connection is closed in place of a reply.
    case close
    /// The connection is reset in place of a reply.
    case reset
    /// Nothing is sent until the client goes away.
    case hang
    /// The head is sent, and then nothing until the client goes away.
    case stallAfterHead
    /// Half of the body that `Content-Length` promised, then the end of the connection.
    case halfBody
    /// Half of the body, then a reset.
    case resetInBody
    /// A chunked body that ends inside a chunk.
    case cutChunk
    /// A chunked body whose last chunk never comes; every byte of the JSON is there.
    case missingLastChunk
    /// A chunked body, as it should be: no fault, but not what every server does.
    case chunked
    /// One byte each millisecond.
    case byteByByte
    /// A body of 1 GiB, streamed for as long as the client reads.
    case hugeBody
    /// A head with a header line of 16 MiB.
    case hugeHead
    /// Bytes that are no HTTP.
    case garbage
    /// Status 200 with a page in HTML, as a captive portal sends it.
    case htmlPage
    /// Status 502 with a page in HTML, as a proxy sends it.
    case htmlBadGateway
    /// Status 200 with an error object.
    case errorWith200
    /// Status 200 without a body.
    case emptyBody
    /// Status 200 with half of the JSON under a `Content-Length` that fits: the connection has no fault.
    case halfJSON
    /// A body that is not UTF-8 inside a string.
    case invalidUTF8
    /// A body compressed with gzip, though nobody said that they accept it.
    case unaskedGzip
    /// A redirect to a host that does not exist.
    case redirectElsewhere
    /// A redirect to the same place, for ever.
    case redirectLoop
    /// One choice less than the response had; an empty list where it had one.
    case fewerChoices
    /// Choices whose `logprobs` are null.
    case noLogprobs
  }
}
