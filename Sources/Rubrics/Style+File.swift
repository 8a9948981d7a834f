public import Documents
import JSON
import Wire

extension Style {
  static let fields = [
    "name", "version", "description", "pattern", "answers_per_response", "reasoning", "sampling", "verdicts", "formats",
    "system",
    "user",
  ]

  /// How many answers a family can give about one response in one reply.
  enum AnswersPerResponse: String, CaseIterable {
    case one
    case perCriterion = "per-criterion"
  }

  /// Reads a style file. Throws everything that is wrong with it.
  public init(_ document: Document) throws(DocumentErrors) {
    var findings = Findings()
    let style = Style(document.root, &findings)
    try document.report(findings)
    guard let style else { throw DocumentErrors([document.locate(document.root.error("is no style"))]) }
    self = style
  }

  private init?(_ root: JSONReader, _ findings: inout Findings) {
    guard findings.attempt({ () throws(JSONError) in try root.object() }) != nil else { return nil }
    findings.refuseUnknown(in: root, accepted: Self.fields)
    for key in ["name", "version", "pattern", "formats"] { findings.require(root, key) }
    let pattern = findings.choice(root, "pattern", AnswerPattern.self)
    let answers = findings.choice(root, "answers_per_response", AnswersPerResponse.self)
    if let pattern, answers == .perCriterion, !pattern.holdsSeveralQuestions, let field = root["answers_per_response"] {
      findings.add(field.error("a reply in the pattern '\(pattern.rawValue)' holds one answer; accepted: one"))
    }
    name = findings.name(root, "name") ?? ""
    version = findings.int(root, "version", in: 1...1_000_000) ?? 1
    description = findings.text(root, "description") ?? ""
    self.pattern = pattern ?? .json
    holdsSeveralQuestions = (pattern ?? .json).holdsSeveralQuestions && answers != .one
    reasons = findings.bool(root, "reasoning") ?? false
    sampling = root["sampling"].map { SamplingSettings($0, &findings) } ?? SamplingSettings()
    layouts = pattern.map { Self.layouts(root, $0, &findings) } ?? [:]
    let comparesPairs = pattern?.comparesPairs == true && layouts[.pairwise] != nil
    verdicts = Self.verdicts(root, needed: comparesPairs, &findings)
    digest = findings.attempt { () throws(JSONError) in try Digest.sha256(root.value.withWholeNumbers) } ?? ""
  }

  private static func layouts(
    _ root: JSONReader, _ pattern: AnswerPattern, _ findings: inout Findings
  ) -> [JudgmentFormat: Layout] {
    guard let formats = root["formats"],
      let object = findings.attempt({ () throws(JSONError) in try formats.object() })
    else { return [:] }
    if object.isEmpty { findings.add(formats.error("a style supports at least one format")) }
    findings.refuseUnknown(in: formats, accepted: JudgmentFormat.allCases.map(\.rawValue))
    let shared = Layout.Shared(root, &findings)
    if root["user"] == nil, formats.value.object?.members.allSatisfy({ $0.value["user"] != nil }) != true {
      findings.require(root, "user")
    }
    var layouts: [JudgmentFormat: Layout] = [:]
    for format in JudgmentFormat.allCases {
      guard let reader = formats[format.rawValue] else { continue }
      if format == .listwise, pattern.comparesPairs {
        findings.add(
          reader.error("the pattern '\(pattern.rawValue)' has no listwise answer; accepted: pointwise, pairwise"))
      }
      layouts[format] = Layout(reader, shared, isComparison: format == .pairwise && pattern.comparesPairs, &findings)
    }
    return layouts
  }

  private static func verdicts(_ root: JSONReader, needed: Bool, _ findings: inout Findings) -> [PairVerdict.Token] {
    guard needed else {
      if let field = root["verdicts"] { findings.add(field.error("only a style that compares pairs has verdicts")) }
      return []
    }
    findings.require(root, "verdicts", "; a style that compares pairs lists how a verdict is written")
    let tokens = findings.list(root, "verdicts").compactMap { PairVerdict.Token($0, &findings) }
    for (place, token) in tokens.enumerated()
    where tokens[..<place].contains(where: { $0.text.lowercased() == token.text.lowercased() }) {
      findings.add(JSONError("'\(token.text)' is listed twice", path: root.path["verdicts"][place].description))
    }
    for winner in [PairVerdict.Winner.first, .second]
    where root["verdicts"] != nil && !tokens.contains(where: { $0.isOffered && $0.verdict.winner == winner }) {
      findings.add(
        JSONError("no token that is offered means \(winner.rawValue)", path: root.path["verdicts"].description))
    }
    return tokens
  }
}

extension PairVerdict.Token {
  fileprivate init?(_ reader: JSONReader, _ findings: inout Findings) {
    guard findings.attempt({ () throws(JSONError) in try reader.object() }) != nil else { return nil }
    findings.refuseUnknown(in: reader, accepted: ["token", "means", "strong", "offered"])
    findings.require(reader, "token")
    findings.require(reader, "means")
    let text = findings.someText(reader, "token")
    let winner = findings.choice(reader, "means", PairVerdict.Winner.self)
    let isStrong = findings.bool(reader, "strong") ?? false
    if isStrong, winner == .tie, let field = reader["strong"] { findings.add(field.error("a tie has no strength")) }
    guard let text, let winner else { return nil }
    self.init(
      String(text.filter { !$0.isWhitespace }), PairVerdict(winner, isStrong: isStrong),
      isOffered: findings.bool(reader, "offered") ?? true)
  }
}
