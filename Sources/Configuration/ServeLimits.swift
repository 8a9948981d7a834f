import Documents
import JSON

/// What a request may be like: `serve.limits`, by the name it has there and in the error that is given when it is reached.
public struct ServeLimits: Sendable, Hashable {
  /// `max_connections`: connections at once; more wait in the system's queue.
  public var maxConnections = 16_384
  /// `max_head_bytes`: a request line with all its headers.
  public var maxHeadBytes = 16 << 10
  /// `max_body_bytes`: a body, before and after it is inflated.
  public var maxBodyBytes = 64 << 20
  /// `max_items`: items, groups or samples in one request.
  public var maxItems = 1024
  /// `max_batch`: requests in one batch of JSON-RPC.
  public var maxBatch = 64
  /// `max_responses`: responses of one item.
  public var maxResponses = 128
  /// `max_parts`: parts of one content: texts, pictures.
  public var maxParts = 256
  /// `max_string_bytes`: one text.
  public var maxStringBytes = 4 << 20
  /// `max_depth`: values within values of a request's JSON.
  public var maxDepth = 32
  /// `idle_ms`: how long a client may take for the request line and headers; so long is a connection kept without a request.
  public var idleMilliseconds = 75_000
  /// `body_ms`: how long a client may take for the body.
  public var bodyMilliseconds = 60_000
  /// `send_ms`: how long a client may take nothing of an answer that is sent to it.
  public var sendMilliseconds = 60_000
  /// `max_streamed_ahead_bytes`: how far a streamed answer is written ahead of what the client has read.
  public var maxStreamedAheadBytes = 256 << 10

  /// The defaults.
  public init() {}

  /// The names as the file has them, with the values in force.
  public var named: [(name: String, value: Int)] { Self.fields.map { ($0.name, self[keyPath: $0.field]) } }

  private struct Field {
    let name: String
    let field: WritableKeyPath<ServeLimits, Int>
    let range: ClosedRange<Int>
  }

  // Computed, because key paths are not Sendable.
  private static var fields: [Field] {
    [
      Field(name: "max_connections", field: \.maxConnections, range: 1...1_000_000),
      Field(name: "max_head_bytes", field: \.maxHeadBytes, range: 1024...(1 << 20)),
      Field(name: "max_body_bytes", field: \.maxBodyBytes, range: 1...(1 << 30)),
      Field(name: "max_items", field: \.maxItems, range: 1...1_000_000),
      Field(name: "max_batch", field: \.maxBatch, range: 1...10_000),
      Field(name: "max_responses", field: \.maxResponses, range: 1...10_000),
      Field(name: "max_parts", field: \.maxParts, range: 1...100_000),
      Field(name: "max_string_bytes", field: \.maxStringBytes, range: 1...(1 << 30)),
      Field(name: "max_depth", field: \.maxDepth, range: 4...512),
      Field(name: "idle_ms", field: \.idleMilliseconds, range: 1...86_400_000),
      Field(name: "body_ms", field: \.bodyMilliseconds, range: 1...86_400_000),
      Field(name: "send_ms", field: \.sendMilliseconds, range: 1...86_400_000),
      Field(name: "max_streamed_ahead_bytes", field: \.maxStreamedAheadBytes, range: 1024...(1 << 30)),
    ]
  }

  init(_ reader: JSONReader, _ findings: inout Findings) {
    self.init()
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return }
    findings.refuseUnknown(in: reader, accepted: Self.fields.map(\.name))
    for field in Self.fields {
      let standard = self[keyPath: field.field]
      self[keyPath: field.field] = findings.int(reader, field.name, in: field.range, standard: standard)
    }
  }
}
