public import JSON

/// Labels beside the judgments of the same items.
public struct LabelledJudgments: Sendable {
  /// A response, or the responses of an item, that people and the judge spoke of.
  public struct Row: Sendable {
    /// The item's: rows of one item depend on each other.
    public let item: String
    /// What is covered by itself; empty where the labels name no groups.
    public let group: String
    /// What people say together.
    public let label: Double
    /// What each of them says.
    public let ratings: [Double?]
    /// What the judge says.
    public var evidence: Evidence
    /// Whether the verdict agrees with the label.
    public let isRight: Bool
    let systems: [String]
    let style: [String: [Double]]
  }

  /// What could not be used, and how much of it there was.
  public struct Counts: Sendable, Hashable {
    /// Lines of the file of judgments.
    public var judgments = 0
    /// Of those, the ones without any score.
    public var unscored = 0
    /// Responses or items with a label.
    public var labelled = 0
    /// Of those, the ones of which there is no judgment with a score.
    public var unmatched = 0
    /// Of those, the ones that people are split evenly over.
    public var split = 0
    /// What is judged and not labelled.
    public var unlabelled = 0
  }

  /// What the judge says of what has no label.
  public struct Other: Sendable {
    /// The item's.
    public let item: String
    /// The verdict.
    public let verdict: Double
  }

  /// Who judged; nil while there are no judgments.
  public private(set) var judge: JudgeIdentity?
  /// What is labelled and judged, in the order of the judgments.
  public internal(set) var rows: [Row] = []
  /// What is judged only.
  public private(set) var others: [Other] = []
  /// What was left out.
  public private(set) var counts = Counts()
  /// What a verdict is, and when it is right.
  public let rules: EvidenceRules
  /// Who gave labels.
  public let raters: [String]

  private let labels: LabelSet
  private let reader: JudgmentReader
  /// By id, the lines that ids were in; of the first judge only.
  private var lines: [String: Int] = [:]
  private var places: [LabelSet.Subject: Int] = [:]
  private var panel: [[Int]] = []

  /// Without judgments. Refuses an empty set of labels, and labels of another kind than `rules` are about.
  public init(_ labels: LabelSet, _ rules: EvidenceRules) throws(CalibrationError) {
    guard let kind = labels.kind else { throw CalibrationError("there are no labels") }
    guard kind == rules.kind else {
      throw CalibrationError("the labels say '\(kind.rawValue)', not '\(rules.kind.rawValue)'")
    }
    (self.labels, self.rules, self.raters) = (labels, rules, labels.raters)
    reader = JudgmentReader(rules)
    counts.labelled = labels.count
    counts.split = labels.subjects.count { labels.entries[$0].map { labels.consensus($0) == nil } ?? false }
  }

  /// Adds a line of the file of judgments.
  public mutating func add(_ judgment: JSONReader, line: Int) throws(JSONError) {
    let id = try judgment.require("id").string()
    if let first = lines.updateValue(line, forKey: id) {
      throw judgment.error("the id '\(id)' was in line \(first) already; one judgment of each item is needed")
    }
    try check(JudgeIdentity(judgment), judgment)
    counts.judgments += 1
    let evidence = try reader.evidence(judgment)
    if evidence.isEmpty { counts.unscored += 1 }
    for one in evidence { add(one, of: id) }
  }

  private mutating func check(_ identity: JudgeIdentity, _ judgment: JSONReader) throws(JSONError) {
    guard let judge else {
      judge = identity
      return
    }
    if let difference = judge.difference(from: identity) {
      throw judgment.error("is by another judge than the lines before it: \(difference)")
    }
  }

  private mutating func add(_ evidence: Evidence, of id: String) {
    let subject = LabelSet.Subject(id: id, response: evidence.response)
    guard let entry = labels.entries[subject] else {
      counts.unlabelled += 1
      others.append(Other(item: id, verdict: evidence.verdict))
      return
    }
    guard let label = labels.consensus(entry) else { return }
    places[subject] = rows.count
    rows.append(
      Row(
        item: id, group: entry.group ?? "", label: label, ratings: labels.ratings(entry), evidence: evidence,
        isRight: rules.agrees(evidence.verdict, with: label), systems: entry.systems, style: entry.style))
  }

  /// Begins the judgments of one more judge of the panel.
  public mutating func beginPanelMember() { panel.append(rows.map { _ in -1 }) }

  /// Adds a judgment of the panel's last member. What has no label, or no judgment of the first judge, is left out.
  public mutating func addToPanel(_ judgment: JSONReader) throws(JSONError) {
    let id = try judgment.require("id").string()
    for evidence in try reader.evidence(judgment) {
      guard let place = places[LabelSet.Subject(id: id, response: evidence.response)] else { continue }
      panel[panel.count - 1][place] = rules.agrees(evidence.verdict, with: rows[place].evidence.verdict) ? 1 : 0
    }
  }

  /// Ends the reading. Refuses labels of which none has a judgment.
  public mutating func finish() throws(CalibrationError) {
    counts.unmatched = counts.labelled - counts.split - rows.count
    guard counts.judgments > 0 else { throw CalibrationError("there are no judgments") }
    guard !rows.isEmpty else {
      let first = labels.subjects.first.map { ", such as '\($0.id)'," } ?? ""
      throw CalibrationError(
        "none of the \(counts.labelled) labelled ids\(first) has a judgment with a score; \(counts.judgments) judgments were read, "
          + "\(counts.unscored) of them unscored")
    }
    for place in rows.indices {
      let votes = panel.map { $0[place] }.filter { $0 >= 0 }
      if !votes.isEmpty {
        rows[place].evidence.confidences[.panel] = Double(votes.reduce(0, +)) / Double(votes.count)
      }
    }
  }
}
