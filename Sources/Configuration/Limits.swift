import Documents
import JSON
public import Media

/// Every limit of a run, by the name it has in `limits:` and in the error that is given when it is reached.
public struct Limits: Sendable, Hashable {
  /// `max_line_bytes`: the longest line of a JSONL input.
  public var maxLineBytes = 16 << 20
  /// `max_text_bytes`: the largest text file that is graded as a submission.
  public var maxTextBytes = 16 << 20
  /// Those of decoding.
  public var media = MediaLimits()

  /// The defaults.
  public init() {}

  /// The names as the file has them, with the values in force.
  public var named: [(name: String, value: Int)] { Self.fields.map { ($0.name, self[keyPath: $0.field]) } }

  private struct Field {
    let name: String
    let field: WritableKeyPath<Limits, Int>
    let range: ClosedRange<Int>
  }

  // Computed, because key paths are not Sendable.
  private static var fields: [Field] {
    [
      Field(name: "max_line_bytes", field: \.maxLineBytes, range: 1024...(1 << 30)),
      Field(name: "max_text_bytes", field: \.maxTextBytes, range: 1...(1 << 30)),
      Field(name: "max_input_bytes", field: \.media.maxInputBytes, range: 1...(1 << 40)),
      Field(name: "max_pixels", field: \.media.maxPixels, range: 1...(1 << 32)),
      Field(name: "max_memory_bytes", field: \.media.maxMemoryBytes, range: (1 << 20)...(1 << 40)),
      Field(name: "max_chunk_bytes", field: \.media.maxChunkBytes, range: 1...(1 << 31)),
      Field(name: "timeout_ms", field: \.media.timeoutMilliseconds, range: 1...3_600_000),
    ]
  }

  init(_ reader: JSONReader, _ findings: inout Findings) {
    self.init()
    findings.refuseUnknown(in: reader, accepted: Self.fields.map(\.name))
    for field in Self.fields {
      let standard = self[keyPath: field.field]
      self[keyPath: field.field] = findings.int(reader, field.name, in: field.range, standard: standard)
    }
  }
}
