public import JSON

/// Where a judgment comes from: enough to replay it without the model.
///
/// All but the media is the same for every item of a run; the judgments of a run share it.
public struct Provenance: Sendable, Hashable {
  private let common: Common
  /// Digests of the media that were shown, in the order they were first named.
  public var media: [String]

  /// A record of what judged and with which settings.
  public init(
    judge: String?, model: String?, fingerprint: String?, rubric: String, style: String, parser: String,
    checks: String?, sampling: JSONValue, seed: UInt64, media: [String] = []
  ) {
    common = Common(
      judge: judge, model: model, fingerprint: fingerprint, rubric: rubric, style: style, parser: parser,
      checks: checks, sampling: sampling, seed: seed)
    self.media = media
  }

  /// The judge's configured name; nil when only checks were needed.
  public var judge: String? { common.judge }
  /// The model, where the judge has one name for it.
  public var model: String? { common.model }
  /// Changes whenever answers of the judge may change: plugin version, model, settings; nil without a judge.
  public var fingerprint: String? { common.fingerprint }
  /// `name@sha256:…`.
  public var rubric: String { common.rubric }
  /// `name@version`.
  public var style: String { common.style }
  /// The parser of the style, `answer-tags@1`.
  public var parser: String { common.parser }
  /// Fingerprint of the checks plugin, when checks were run.
  public var checks: String? { common.checks }
  /// The sampling settings in force, as a JSON object.
  public var sampling: JSONValue { common.sampling }
  /// The run's seed, from which every sample's seed follows.
  public var seed: UInt64 { common.seed }

  var json: JSONValue {
    var object = common.json
    if !media.isEmpty { object["media"] = .array(media.map { .string($0) }) }
    return .object(object)
  }

  /// Whether they would be written the same.
  public static func == (left: Provenance, right: Provenance) -> Bool {
    left.media == right.media && (left.common === right.common || left.common.json == right.common.json)
  }

  /// As they would be written.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(media)
    hasher.combine(common.json)
  }
}

/// What the judgments of a run have in common, and how it is written.
private final class Common: Sendable {
  let judge: String?
  let model: String?
  let fingerprint: String?
  let rubric: String
  let style: String
  let parser: String
  let checks: String?
  let sampling: JSONValue
  let seed: UInt64
  let json: JSONObject

  init(
    judge: String?, model: String?, fingerprint: String?, rubric: String, style: String, parser: String,
    checks: String?, sampling: JSONValue, seed: UInt64
  ) {
    self.judge = judge
    self.model = model
    self.fingerprint = fingerprint
    self.rubric = rubric
    self.style = style
    self.parser = parser
    self.checks = checks
    self.sampling = sampling
    self.seed = seed
    var object = JSONObject()
    object["judge"] = judge.map { .string($0) }
    object["model"] = model.map { .string($0) }
    object["fingerprint"] = fingerprint.map { .string($0) }
    object["rubric"] = .string(rubric)
    object["style"] = .string(style)
    object["parser"] = .string(parser)
    object["checks"] = checks.map { .string($0) }
    object["sampling"] = sampling
    object["seed"] = .seed(seed)
    // What cannot be written as JSON says so whenever a judgment is written.
    json = (try? object.keepingText()) ?? object
  }
}
