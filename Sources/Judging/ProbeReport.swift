public import JSON
public import Wire

/// What a judge found out about itself by trying: `cupel judge probe`.
public struct ProbeReport: Sendable, Hashable {
  /// Whether something was seen to work. `unknown` where it could not be tried.
  public enum Status: String, Sendable, CaseIterable { case yes, no, unknown }

  /// One thing that was tried.
  public struct Finding: Sendable, Hashable {
    /// What it is about: `model`, `images`, `log-probabilities`.
    public var name: String
    /// How it went.
    public var status: Status
    /// What was seen, or why it does not work, in the server's own words where it has some.
    public var detail: String

    /// A finding.
    public init(_ name: String, _ status: Status, _ detail: String) {
      self.name = name
      self.status = status
      self.detail = detail
    }
  }

  /// In the order in which they were tried.
  public var findings: [Finding]
  /// What the probe consumed.
  public var usage: Usage
  /// Options for the configuration, with nothing in them but what was seen to work; nil where the judge cannot be used.
  public var options: JSONObject?

  /// A report.
  public init(findings: [Finding], usage: Usage = Usage(), options: JSONObject? = nil) {
    self.findings = findings
    self.usage = usage
    self.options = options
  }

  /// The object that `cupel_judge_probe.probe` writes (docs/abi.md).
  public var json: JSONValue {
    var object = JSONObject([("findings", .array(findings.map(\.json)))])
    if usage != Usage() { object["usage"] = usage.json }
    object["options"] = options.map { .object($0) }
    return .object(object)
  }

  /// Reads what ``json`` writes.
  public init(_ reader: JSONReader) throws(JSONError) {
    var findings: [Finding] = []
    for finding in try reader.require("findings").array() {
      findings.append(
        Finding(
          try finding.require("name").string(), try finding.require("status").choice(),
          try finding["detail"]?.string() ?? ""))
    }
    self.init(
      findings: findings, usage: try reader["usage"].map { (usage) throws(JSONError) in try Usage(usage) } ?? Usage(),
      options: try reader["options"]?.object())
  }
}

extension ProbeReport.Finding {
  fileprivate var json: JSONValue {
    ["name": .string(name), "status": .string(status.rawValue), "detail": .string(detail)]
  }
}
