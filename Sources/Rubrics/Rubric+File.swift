import Documents
import JSON
import Wire

extension Rubric {
  static let fields = [
    "name", "version", "description", "scale", "style", "format", "instructions", "calls", "criteria", "samples",
    "order",
    "sampling", "combine", "verdict", "video_sound",
  ]
  /// Limits: a larger number is a slip.
  static let mostSamples = 64
  static let mostCriteria = 64
  /// The style of a rubric that names none.
  static let defaultStyle = "flex-judge"

  /// Finds a style by what `style:` says, or throws a sentence about why there is none.
  typealias StyleFinder = (String) throws(StyleNotFound) -> Style

  /// Reads a rubric file. Throws everything that is wrong with it. `defaultName` is used where the file gives no name.
  init(_ document: Document, defaultName: String, findStyle: StyleFinder) throws(DocumentErrors) {
    var findings = Findings()
    let rubric = Rubric(document.root, file: document.name, defaultName: defaultName, findStyle, &findings)
    try document.report(findings)
    guard let rubric else { throw DocumentErrors([document.locate(document.root.error("is no rubric"))]) }
    self = rubric
  }

  private init?(
    _ root: JSONReader, file: String, defaultName: String, _ findStyle: StyleFinder, _ findings: inout Findings
  ) {
    guard findings.attempt({ () throws(JSONError) in try root.object() }) != nil else { return nil }
    findings.refuseUnknown(in: root, accepted: Self.fields)
    name = findings.name(root, "name") ?? defaultName
    if root["name"] == nil, !Name.isValid(defaultName) {
      findings.add(root.error("'name' is missing, and '\(defaultName)' cannot stand in for it; \(Name.rule)"))
    }
    version = findings.int(root, "version", in: 1...1_000_000) ?? 1
    description = findings.text(root, "description") ?? ""
    instructions = findings.text(root, "instructions") ?? ""
    let scale = root["scale"].flatMap { Scale.ofRubric($0, &findings) }
    self.scale = scale
    format = findings.choice(root, "format", JudgmentFormat.self) ?? .pointwise
    calls = findings.choice(root, "calls", Calls.self) ?? .together
    samples = findings.int(root, "samples", in: 1...Self.mostSamples) ?? 1
    order = findings.choice(root, "order", OrderPolicy.self) ?? .asGiven
    combine = findings.choice(root, "combine", Combine.self) ?? .mean
    sampling = root["sampling"].map { SamplingSettings($0, &findings) } ?? SamplingSettings()
    verdict = root["verdict"].map { VerdictSource($0, &findings) } ?? .words
    hearsVideos = findings.bool(root, "video_sound") ?? false
    let entries = findings.list(root, "criteria")
    if entries.count > Self.mostCriteria {
      findings.add(
        JSONError(
          "has \(entries.count) criteria; at most \(Self.mostCriteria)", path: root.path["criteria"].description))
    }
    criteria = entries.prefix(Self.mostCriteria).compactMap { Criterion($0, rubricScale: scale, &findings) }
    asked = criteria.filter { $0.question != nil }
    checked = criteria.filter { $0.check != nil }
    Self.refuseDuplicates(entries, &findings)
    let isComputed = !entries.isEmpty && entries.allSatisfy { $0["check"] != nil && $0["ask"] == nil }
    let isRewarded = scale?.isUnbounded == true || entries.contains { $0["reward"] != nil }
    style = isComputed || isRewarded ? nil : Self.style(root, findStyle, &findings)
    self.file = file
    digest = ""
    if isRewarded {
      refuseWhatNoRewardModelUses(root, &findings)
    } else if isComputed {
      refuseWhatOnlyAJudgeUses(root, &findings)
    } else {
      checkAgainstStyle(root, &findings)
      // A field that is there but wrong has its own error.
      let isUndescribed = root["description"].map { $0.value == "" } ?? true
      if isUndescribed, root["criteria"].map({ $0.value == [] }) ?? true {
        findings.add(root.error("needs a 'description' or 'criteria'; a judge must know what is judged"))
      }
    }
    guard let digest = findings.attempt({ () throws(JSONError) in try Digest.sha256(normalised) }) else { return nil }
    self.digest = digest
  }

  private static func style(_ root: JSONReader, _ find: StyleFinder, _ findings: inout Findings) -> Style? {
    let place = root["style"] ?? JSONReader(.string(defaultStyle), path: root.path)
    return findings.attempt { () throws(JSONError) in
      let text = try place.string()
      do throws(StyleNotFound) {
        return try find(text)
      } catch {
        throw place.error(error.message)
      }
    }
  }

  private static func refuseDuplicates(_ entries: [JSONReader], _ findings: inout Findings) {
    var seen: Set<String> = []
    for name in entries.compactMap({ $0["name"] }) {
      guard let text = name.value.string, !seen.insert(text).inserted else { continue }
      findings.add(name.error("'\(text)' names two criteria; results are found by the name"))
    }
  }
}

/// Why there is no such style.
struct StyleNotFound: Error {
  let message: String
}
