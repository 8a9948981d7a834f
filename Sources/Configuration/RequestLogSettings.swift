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

  /// No log.
  public init() {}

  init(_ field: JSONReader, folder: String, _ findings: inout Findings) {
    self.init()
    if field.value.object != nil {
      findings.refuseUnknown(in: field, accepted: ["file", "text"])
      if let file = findings.optional(field, "file", { (file) throws(JSONError) in try file.string() }) {
        target = Self.target(file, folder)
      }
      if let flag = findings.optional(field, "text", { (text) throws(JSONError) in try text.bool() }) {
        includesText = flag
      }
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
