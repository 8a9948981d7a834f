public import JSON
public import Judging
public import Wire

/// What an open judge says of itself.
public struct PluginJudgeDescription: Sendable, Hashable {
  /// Whether it answers with text or with numbers.
  public var kind: JudgeDescription.Kind
  /// The model, where the judge has one name for it.
  public var model: String?
  /// Changes whenever answers may change, beyond what the host already counts in: plugin, version and configuration.
  public var fingerprint: String
  /// How responses may be put before it.
  public var formats: [JudgmentFormat]
  /// What its messages may hold.
  public var modalities: [JudgeDescription.Modality]
  /// The names of the scores of a scoring judge, one each in every reply; empty where they depend on the call.
  public var criteria: [String]
  /// Calls it takes at once; nil: no limit of its own.
  public var maxInFlight: Int?
  /// The largest `topLogprobs` it serves; counts only where the type says `offersLogprobs`.
  public var maxTopLogprobs: Int
  /// Replies it can give to one call (`Sampling.samples`); 1: each sample is a call of its own.
  public var maxSamples: Int

  /// Which calls it takes without waiting or computing for long, up to the first suspension of an asynchronous `reply(to:)`: the
  /// host then need not keep threads between itself and the judge, which is what a call costs most otherwise. A judge that
  /// says so and blocks holds up whoever asks.
  public var submitsAtOnce: SubmitsAtOnce

  /// A description; what is left out is the most usual.
  public init(
    kind: JudgeDescription.Kind, model: String? = nil, fingerprint: String,
    formats: [JudgmentFormat] = JudgmentFormat.allCases, modalities: [JudgeDescription.Modality] = [.text],
    criteria: [String] = [], maxInFlight: Int? = nil, maxTopLogprobs: Int = 0, maxSamples: Int = 1,
    submitsAtOnce: SubmitsAtOnce = .never
  ) {
    self.kind = kind
    self.model = model
    self.fingerprint = fingerprint
    self.formats = formats
    self.modalities = modalities
    self.criteria = criteria
    self.maxInFlight = maxInFlight
    self.maxTopLogprobs = maxTopLogprobs
    self.maxSamples = maxSamples
    self.submitsAtOnce = submitsAtOnce
  }

  /// The object that `cupel_judge.describe` writes (docs/abi.md).
  public var json: JSONValue {
    var object = JSONObject([("kind", .string(kind.rawValue))])
    object["model"] = model.map { .string($0) }
    object["fingerprint"] = .string(fingerprint)
    object["formats"] = .array(formats.map { .string($0.rawValue) })
    object["modalities"] = .array(modalities.map { .string($0.rawValue) })
    if !criteria.isEmpty { object["criteria"] = .array(criteria.map { .string($0) }) }
    object["max_in_flight"] = maxInFlight.map { .int(Int64($0)) }
    if maxSamples > 1 { object["max_samples"] = .int(Int64(maxSamples)) }
    object["submits_at_once"] = submitsAtOnce.json
    return .object(object)
  }
}
