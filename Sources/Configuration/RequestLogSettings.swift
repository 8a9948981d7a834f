import Documents
import JSON

/// Where one line for each request goes: `serve.log`.
public struct RequestLogSettings: Sendable, Hashable {
  /// Where it is written.
  public enum Target: Sendable, Hashable {
    /// `log: none`.
    case none
    /// `log: stderr`.
    case standardError
    /// `log: FILE` or `log: {file: FILE}`; lines are added at its end.
    case file(String)
  }

  /// Where it is written.
  public var target = Target.none
  /// `text`: whether the bodies of requests and answers are in it, candidates' texts and pictures included.
  public var includesText = false
  /// `max_text_bytes`: how much of each body is in it at most.
  public var maxTextBytes = 16_384
  /// `max_queued_bytes`: lines that wait to be written; what comes beyond is dropped and counted.
  public var maxQueuedBytes = 4 << 20

  /// No log.
  public init() {}

  init(_ field: JSONReader, folder: String, _ findings: inout Findings) {
    self.init()
    if field.value.object != nil {
      findings.refuseUnknown(in: field, accepted: ["file", "text", "max_text_bytes", "max_queued_bytes"])
      if let file = findings.optional(field, "file", { (file) throws(JSONError) in try file.string() }) {
        target = Self.target(file, folder)
      }
      if let flag = findings.optional(field, "text", { (text) throws(JSONError) in try text.bool() }) {
        includesText = flag
      }
      maxTextBytes = findings.int(field, "max_text_bytes", in: 1...(1 << 30), standard: maxTextBytes)
      maxQueuedBytes = findings.int(field, "max_queued_bytes", in: 4096...(1 << 40), standard: maxQueuedBytes)
    } else if let text = findings.attempt({ () throws(JSONError) in try field.string() }) {
      target = Self.target(text, folder)
    }
    if target == .file(folder) { findings.add(field.error("must not be empty; accepted: none, stderr, or a file")) }
  }

  private static func target(_ text: String, _ folder: String) -> Target {
    switch text {
    case "none": .none
    case "stderr": .standardError
    default: .file(text.hasPrefix("/") ? text : folder + text)
    }
  }
}
