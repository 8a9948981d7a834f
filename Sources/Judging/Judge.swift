public import JSON
public import Wire

/// Anything that answers judge calls: a plugin, or a script in a test.
public protocol Judge: Sendable {
  var description: JudgeDescription { get }

  /// Answers one call, or says why there is no answer (`timeout`, `judge_error`, `invalid_input`, `overloaded`,
  /// `cancelled`). Cancelling the task ends the call early.
  func reply(to call: JudgeCall) async throws(Unscored) -> JudgeReply
}

/// What a judge says of itself.
public struct JudgeDescription: Sendable, Hashable {
  /// Whether it answers in words, to be parsed, or in numbers.
  public enum Kind: String, Sendable, CaseIterable { case generative, scoring }
  /// What it can be shown.
  public enum Modality: String, Sendable, CaseIterable { case text, image, frames, sound }

  /// The name it was configured under.
  public var name: String
  /// Decides how its replies are read.
  public var kind: Kind
  /// The model, where the judge has one name for it.
  public var model: String?
  /// Changes whenever answers may change: plugin version, model, settings. Part of every judgment's provenance.
  public var fingerprint: String
  /// How it can be shown responses.
  public var formats: [JudgmentFormat]
  /// Media of other kinds are refused before a call is made.
  public var modalities: [Modality]
  /// Calls it takes at once; nil: no limit of its own.
  public var maxInFlight: Int?
  /// The largest `topLogprobs` it serves; 0: none.
  public var maxTopLogprobs: Int
  /// Replies it can give to one call; 1: each sample is a call of its own.
  public var maxSamples: Int
  /// Whether it can find out what stands behind it (`cupel.judge.probe/1`).
  public var canProbe: Bool

  /// A description; the defaults are those of a text judge without limits.
  public init(
    name: String, kind: Kind, model: String? = nil, fingerprint: String,
    formats: [JudgmentFormat] = JudgmentFormat.allCases, modalities: [Modality] = [.text], maxInFlight: Int? = nil,
    maxTopLogprobs: Int = 0, maxSamples: Int = 1, canProbe: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.model = model
    self.fingerprint = fingerprint
    self.formats = formats
    self.modalities = modalities
    self.maxInFlight = maxInFlight
    self.maxTopLogprobs = maxTopLogprobs
    self.maxSamples = maxSamples
    self.canProbe = canProbe
  }

  /// Reads what a plugin's `describe` writes (docs/abi.md). `name` is the host's. Members that are not known here are passed over:
  /// a newer plugin may say more.
  public init(name: String, _ reader: JSONReader) throws(JSONError) {
    func list<Value: RawRepresentable & CaseIterable>(
      _ field: JSONReader?, _ type: Value.Type
    ) throws(JSONError) -> [Value]? where Value.RawValue == String {
      guard let field else { return nil }
      var values: [Value] = []
      for element in try field.array() { values.append(try element.choice(Value.self)) }
      return values
    }
    self.init(
      name: name,
      kind: try reader.require("kind").choice(),
      model: try reader["model"]?.string(),
      fingerprint: try reader.require("fingerprint").string(),
      formats: try list(reader["formats"], JudgmentFormat.self) ?? JudgmentFormat.allCases,
      modalities: try list(reader["modalities"], Modality.self) ?? [.text],
      maxInFlight: try reader["max_in_flight"]?.int(in: 1...1_000_000),
      maxSamples: try reader["max_samples"]?.int(in: 1...10_000) ?? 1)
  }
}
