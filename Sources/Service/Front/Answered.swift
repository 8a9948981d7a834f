/// A request that was answered, or given up by its client: all that a line of the log and metrics are made of.
public struct Answered: Sendable {
  /// As the client was told it.
  public let requestID: String
  /// `GET`, `POST`; empty for what was refused before it could be read.
  public let method: String
  /// The path as the table of routes has it; nil where there is no such route. What a client asked for by another name is not told:
  /// a label must not grow with what strangers write.
  public let route: String?
  /// The HTTP status.
  public let status: Int
  /// Why there was no answer; nil where there was one.
  public let fault: Fault?
  /// The name of the API key; empty without keys, and where it was not known.
  public let caller: String
  /// Our part of the client's trace, or of one that begins here.
  let trace: TraceContext
  /// Of the request's body, inflated.
  public let receivedBytes: Int
  /// Of the reply's body; for a streamed one as far as it got.
  public let sentBytes: Int
  /// From the moment the body was there to the last byte handed over.
  public let took: Duration
  /// False where the client left before it had the whole answer.
  public let isWhole: Bool
  /// The request's body, and the reply's where it was not streamed; nil unless ``Front/Settings/keepsBodies``.
  var request: [UInt8]?
  var response: [UInt8]?
  /// What was written down while it was answered.
  public let account: Account.Entries
}
