public import JSON
import Wire

/// How the judgments of one judge are to be read: what a calibration file holds.
public struct JudgeCalibration: Sendable, Hashable {
  /// Of the file's layout. A file of another one is refused.
  public static let version = 1

  /// Whose judgments it is for.
  public let judge: JudgeIdentity
  /// What a verdict is.
  public let rules: EvidenceRules
  /// Where a confidence is taken from; nil where none could be, and only scores are calibrated.
  public let source: ConfidenceSource?
  /// What ``ConfidenceSource/combined`` combines; nil for other sources.
  public let combination: CombinedConfidence?
  /// From the source's confidence to the probability that the verdict is right.
  public let confidence: ProbabilityCalibrator?
  /// From the judge's scores to those of people; nil where labels are no scores.
  public let score: ScoreCalibrator?
  /// Intervals around calibrated scores.
  public let bands: Bands?
  /// Sets of answers about which response is best; nil where labels are about something else, or judgments do not tell how likely each is.
  public let sets: AnswerSets?
  /// When the judge does not decide; nil where that was not asked for.
  public let abstention: Abstention?
  /// What live judgments are held against.
  public let usual: UsualValues
  /// What was measured on items that nothing was fitted to, and from how many; for people.
  public let promise: JSONValue
  /// What makes it doubtful.
  public let warnings: [String]

  init(
    judge: JudgeIdentity, rules: EvidenceRules, source: ConfidenceSource?, combination: CombinedConfidence?,
    confidence: ProbabilityCalibrator?, score: ScoreCalibrator?, bands: Bands?, sets: AnswerSets? = nil,
    abstention: Abstention?, usual: UsualValues, promise: JSONValue, warnings: [String]
  ) {
    self.judge = judge
    self.rules = rules
    self.source = source
    self.combination = combination
    self.confidence = confidence
    self.score = score
    self.bands = bands
    self.sets = sets
    self.abstention = abstention
    self.usual = usual
    self.promise = promise
    self.warnings = warnings
  }

  /// Why the judgments of `other` may not be calibrated by it; nil where they may.
  ///
  /// - Parameter isForced: whether another fingerprint, and another version of the same rubric, will do.
  public func mismatch(_ other: JudgeIdentity, isForced: Bool = false) -> String? {
    judge.difference(from: other, isForced: isForced)
  }

  /// `sha256:…` over everything in it. Refuses one that no file could hold: a number in it is not finite.
  public func digest() throws(JSONError) -> String { Digest.sha256(try JSONWriter.canonical(json)) }

  /// The file's content.
  public var json: JSONValue {
    var members = JSONObject([
      ("cupel_calibration", .int(Int64(Self.version))), ("judge", judge.json), ("rules", rules.json),
    ])
    members["source"] = source.map { .string($0.rawValue) }
    members["combination"] = combination?.json
    members["confidence"] = confidence?.json
    members["score"] = score?.json
    members["bands"] = bands?.json
    members["sets"] = sets?.json
    members["abstention"] = abstention?.json
    members["usual"] = usual.json
    members["promise"] = promise
    members["warnings"] = .array(warnings.map { .string($0) })
    return .object(members)
  }

  /// Reads what ``json`` writes.
  public init(_ reader: JSONReader) throws(JSONError) {
    let version = try reader.require("cupel_calibration")
    guard try version.int() == Self.version else {
      throw version.error("the layout \(try version.int()) is not known; accepted: \(Self.version)")
    }
    try reader.allowOnly(
      "cupel_calibration", "judge", "rules", "source", "combination", "confidence", "score", "bands", "sets",
      "abstention",
      "usual", "promise", "warnings")
    judge = try JudgeIdentity(file: reader.require("judge"))
    rules = try EvidenceRules(reader.require("rules"))
    source = try reader["source"].map { (field) throws(JSONError) in try field.choice() }
    combination = try reader["combination"].map { (field) throws(JSONError) in try CombinedConfidence(field) }
    confidence = try reader["confidence"].map { (field) throws(JSONError) in try ProbabilityCalibrator(field) }
    score = try reader["score"].map { (field) throws(JSONError) in try ScoreCalibrator(field) }
    bands = try reader["bands"].map { (field) throws(JSONError) in try Bands(field) }
    sets = try reader["sets"].map { (field) throws(JSONError) in try AnswerSets(field) }
    abstention = try reader["abstention"].map { (field) throws(JSONError) in try Abstention(field) }
    usual = try UsualValues(reader.require("usual"))
    promise = try reader.require("promise").value
    var warnings: [String] = []
    for field in try reader.require("warnings").array() { warnings.append(try field.string()) }
    self.warnings = warnings
    try check(reader)
  }

  /// What each part is good for depends on the others.
  private func check(_ reader: JSONReader) throws(JSONError) {
    guard (source == nil) == (confidence == nil), (source == .combined) == (combination != nil) else {
      throw reader.error("'source', 'confidence' and, for 'combined', 'combination' belong together")
    }
    guard source != .panel else {
      throw reader.error("'panel' is no source for live judgments: they are of one judge")
    }
    guard abstention == nil || confidence != nil else {
      throw reader.error("'abstention' needs a 'confidence'")
    }
    guard (rules.kind == .score) == (score != nil), (score == nil) == (bands == nil) else {
      throw reader.error("'score' and 'bands' belong to labels that are scores")
    }
    guard sets == nil || rules == .winner else {
      throw reader.error("'sets' belong to labels that name the better response")
    }
    if case .score(_, nil) = rules { throw reader.error("'rules' need the scale of the labels") }
    guard score != nil || confidence != nil else { throw reader.error("calibrates nothing") }
  }
}
