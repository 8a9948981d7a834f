import JSON

/// What labels say.
public enum LabelKind: String, Sendable, CaseIterable {
  /// A number for a response.
  case score
  /// Whether a response is good enough.
  case pass
  /// Which response of an item is the best, or that none is.
  case winner
}

/// What one person said of one response, or of the responses of one item: a line of a file of labels.
public struct Label: Sendable, Hashable {
  /// The item's.
  public let id: String
  /// Which response; 0 for a label of the whole item.
  public let response: Int
  /// Who said it; empty where the line names nobody.
  public let rater: String
  /// What is covered by itself (a rubric, a modality); nil where the line names none.
  public let group: String?
  /// A score, 1 or 0 for pass or not, the index of the best response or ``tie``.
  public let value: Double
  /// The systems that the responses are from, for rankings; empty where the line names none.
  public let systems: [String]
  /// For a ranking with style control: counts such as `tokens`, one for each response.
  public let style: [String: [Double]]

  /// The ``value`` of a label that prefers no response.
  public static let tie = -1.0

  static let fields = ["id", "response", "rater", "group", "systems", "style"] + LabelKind.allCases.map(\.rawValue)

  /// Reads `{"id": …, "score" | "pass" | "winner": …, "response", "rater", "group", "systems", "style"}`. `winner` is an index or null for
  /// a tie.
  init(_ reader: JSONReader, scale: HumanScale?) throws(JSONError) {
    try reader.allowOnly(Self.fields)
    id = try reader.require("id").string()
    response = try reader["response"].map { (field) throws(JSONError) in try field.int(in: 0...4095) } ?? 0
    rater = try reader["rater"].map { (field) throws(JSONError) in try field.string() } ?? ""
    group = try reader["group"].map { (field) throws(JSONError) in try field.string() }
    let kind = try Self.kind(reader)
    switch kind {
    case .score:
      let field = try reader.require("score")
      value = try field.double()
      if let problem = scale?.problem(with: value) { throw field.error(problem) }
    case .pass: value = try reader.require("pass").bool() ? 1 : 0
    // A tie is null, which to a reader is as if there were nothing.
    case .winner:
      value = try reader["winner"].map { (field) throws(JSONError) in Double(try field.int(in: 0...4095)) } ?? Self.tie
    }
    if kind == .winner, let response = reader["response"] {
      throw response.error("stands beside 'winner', which is about all responses of an item")
    }
    systems = try Self.systems(reader)
    style = try Self.style(reader, count: systems.count)
  }

  static func kind(_ reader: JSONReader) throws(JSONError) -> LabelKind {
    let given = LabelKind.allCases.filter { reader.value[$0.rawValue] != nil }
    guard given.count == 1 else {
      throw reader.error(
        given.isEmpty
          ? "no label; one of 'score', 'pass' and 'winner' is needed"
          : "'\(given[0].rawValue)' stands beside '\(given[1].rawValue)'; give one of them")
    }
    return given[0]
  }

  private static func systems(_ reader: JSONReader) throws(JSONError) -> [String] {
    guard let field = reader["systems"] else { return [] }
    var names: [String] = []
    for element in try field.array() { names.append(try element.string()) }
    guard names.count == 2, names[0] != names[1] else {
      throw field.error("expected the names of two different systems, one for each response")
    }
    return names
  }

  private static func style(_ reader: JSONReader, count: Int) throws(JSONError) -> [String: [Double]] {
    guard let field = reader["style"] else { return [:] }
    var style: [String: [Double]] = [:]
    for member in try field.object().members {
      let numbers = try field.numbers(member.key)
      guard numbers.count == count, count > 0, numbers.allSatisfy({ $0 >= 0 }) else {
        throw field.error("'\(member.key)' needs a number, 0 and more, for each of 'systems'")
      }
      style[member.key] = numbers
    }
    return style
  }
}
