import Documents
public import JSON
public import Media
public import Rubrics
public import Wire

/// One judge of the configuration.
public struct JudgeSettings: Sendable, Hashable {
  /// What `--judge` takes.
  public let name: String
  /// The id of the plugin that answers.
  public let plugin: String
  /// Handed to the plugin as they are; what may stand here is the plugin's affair.
  public let options: JSONObject
  /// Which frames it is shown of videos, and how large pictures are.
  public let media: MediaRequest
  /// Goes before what rubric and style say: it is said of this model, by the one who runs it.
  public let sampling: SamplingSettings
  /// Calls it is given at once; nil: as many as it says it takes.
  public let maxInFlight: Int?
  /// For one call, in milliseconds; nil: none.
  public let timeoutMilliseconds: Int?
  /// What it charges; nil: not stated.
  public let prices: Prices?
  /// Files of calibrations of this judge, one for each rubric and way of judging.
  public let calibrations: [String]
  /// The judges that judge, in turn, what this one is unsure of, where a calibration of it is a cascade.
  public let then: [String]
  /// Its place in the file, such as `judges.teacher`.
  public let path: JSONPath

  /// A judge that no file speaks of.
  public init(
    name: String, plugin: String, options: JSONObject = JSONObject(), sampling: SamplingSettings = SamplingSettings(),
    maxInFlight: Int? = nil, timeoutMilliseconds: Int? = nil, prices: Prices? = nil, calibrations: [String] = [],
    then: [String] = [],
    media: MediaRequest = MediaRequest(), path: JSONPath = JSONPath()
  ) {
    self.name = name
    self.plugin = plugin
    self.options = options
    self.sampling = sampling
    self.maxInFlight = maxInFlight
    self.timeoutMilliseconds = timeoutMilliseconds
    self.prices = prices
    self.calibrations = calibrations
    self.then = then
    self.media = media
    self.path = path
  }

  static let fields = [
    "plugin", "options", "sampling", "max_in_flight", "timeout_ms", "prices", "calibrations", "then", "media",
  ]

  static func list(_ root: JSONReader, folder: String, _ findings: inout Findings) -> [JudgeSettings] {
    guard let judges = root["judges"] else { return [] }
    guard let members = findings.attempt({ () throws(JSONError) in try judges.object() })?.members else { return [] }
    let list = members.compactMap {
      read(JSONReader($0.value, path: judges.path[$0.key]), name: $0.key, folder, &findings)
    }
    let hasJobs = root["serve"]?["jobs"]?["directory"] != nil
    for judge in list { judge.checkFollowers(among: list.map(\.name), hasJobs: hasJobs, &findings) }
    return list
  }

  /// Who judges what this one is unsure of has to be there, and another; so has a cascade, which a job may fit later.
  private func checkFollowers(among names: [String], hasJobs: Bool, _ findings: inout Findings) {
    var seen: Set<String> = [name]
    for (place, follower) in then.enumerated() {
      let at = path["then"][place].description
      if !names.contains(follower) {
        findings.add(JSONError(Suggestion.unknown("judge", follower, among: names.filter { $0 != name }), path: at))
      } else if !seen.insert(follower).inserted {
        findings.add(JSONError("'\(follower)' is asked before; a judge is asked once", path: at))
      }
    }
    if !then.isEmpty, calibrations.isEmpty, !hasJobs {
      findings.add(
        JSONError(
          "names who judges what this judge is unsure of, which a cascade among its 'calibrations' has to tell",
          path: path["then"].description))
    }
  }

  private static func read(
    _ reader: JSONReader, name: String, _ folder: String, _ findings: inout Findings
  ) -> JudgeSettings? {
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return nil }
    findings.refuseUnknown(in: reader, accepted: fields)
    if name.isEmpty || name.contains("=") { findings.add(reader.error("a judge's name must not be empty or hold '='")) }
    let plugin = findings.attempt { () throws(JSONError) in try reader.require("plugin").string() }
    let options = findings.optional(reader, "options") { (field) throws(JSONError) in try field.object() }
    let sampling = reader["sampling"].map { SamplingSettings($0, &findings) }
    let inFlight = findings.optional(reader, "max_in_flight") { (field) throws(JSONError) in
      try field.int(in: 1...10_000)
    }
    let timeout = findings.optional(reader, "timeout_ms") { (field) throws(JSONError) in
      try field.int(in: 1...86_400_000)
    }
    let prices = reader["prices"].flatMap { Prices($0, &findings) }
    let calibrations = findings.paths(reader, "calibrations", relativeTo: folder)
    let then = findings.optional(reader, "then") { (field) throws(JSONError) in
      var names: [String] = []
      for element in try field.array() { names.append(try element.string()) }
      return names
    }
    let media = reader["media"].map { MediaRequest($0, &findings) }
    return plugin.map {
      JudgeSettings(
        name: name, plugin: $0, options: options ?? JSONObject(), sampling: sampling ?? SamplingSettings(),
        maxInFlight: inFlight, timeoutMilliseconds: timeout, prices: prices, calibrations: calibrations,
        then: then ?? [],
        media: media ?? MediaRequest(), path: reader.path)
    }
  }
}
