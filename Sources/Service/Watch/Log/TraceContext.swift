import Judging

/// Our part of a distributed trace.
struct TraceContext: Sendable, Hashable {
  /// Of the whole trace: 32 hexadecimal digits.
  let traceID: String
  /// Of our part of it: 16 hexadecimal digits.
  let spanID: String
  /// Of the client's part; nil where the trace begins here.
  let parentID: String?
  /// What judges are to pass on: our part of the client's trace; nil where the client has none.
  let passedOn: TraceParent?

  /// Our part of the client's trace; a trace of its own where the client has none.
  init(continuing client: TraceParent?) {
    spanID = RequestIdentity.digits(16)
    (traceID, parentID) = (client?.trace ?? RequestIdentity.digits(32), client?.span)
    passedOn = client?.part(spanID)
  }
}
