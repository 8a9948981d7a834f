public import JSON
public import Wire

/// Something to judge of which the right verdict may be known.
public struct AuditItem: Sendable, Hashable {
  /// A sentence that speaks for or against the right verdict, and where it is from.
  public struct Evidence: Sendable, Hashable {
    /// As it is quoted.
    public let text: String
    /// A title, an address, a name.
    public let source: String

    /// A quotation.
    public init(_ text: String, source: String) { (self.text, self.source) = (text, source) }

    init(_ reader: JSONReader) throws(JSONError) {
      try reader.allowOnly("text", "source")
      self.init(try reader.require("text").string(), source: try reader.require("source").string())
    }

    var json: JSONValue { ["text": .string(text), "source": .string(source)] }
  }

  /// What is judged.
  public let item: Item
  /// The right verdict; nil: not known, and only claims that need none are made.
  public let gold: Gold?
  /// What a truthful critic can quote.
  public let evidenceFor: Evidence?
  /// What a deceptive critic can quote: it is made to look good, and misleads.
  public let evidenceAgainst: Evidence?
  /// The right answer to the prompt, as short as it can be; nil: a short reference stands for it.
  public let answer: String?
  /// A wrong answer that looks right: what a malicious critic argues for.
  public let alternative: String?
  /// Items of one group depend on each other, such as those about one question; nil: the item stands by itself.
  public let group: String?

  /// An item with what is known of it.
  public init(
    _ item: Item, gold: Gold? = nil, evidenceFor: Evidence? = nil, evidenceAgainst: Evidence? = nil,
    answer: String? = nil, alternative: String? = nil, group: String? = nil
  ) {
    (self.item, self.gold, self.group) = (item, gold, group)
    (self.answer, self.alternative) = (answer, alternative)
    (self.evidenceFor, self.evidenceAgainst) = (evidenceFor, evidenceAgainst)
  }

  /// The members that stand beside those of ``Item/fields``.
  public static let fields = ["gold", "evidence_for", "evidence_against", "answer", "alternative", "group"]

  /// Reads an item with its gold verdict from one object; members of neither are refused.
  public init(_ reader: JSONReader) throws(JSONError) {
    let members = try reader.object().members.filter { !Self.fields.contains($0.key) }
    let item = try Item(JSONReader(.object(JSONObject(members.map { ($0.key, $0.value) })), path: reader.path))
    try self.init(item, beside: reader)
  }

  /// `item` with what `reader` says of it beside.
  init(_ item: Item, beside reader: JSONReader) throws(JSONError) {
    self.init(
      item,
      gold: try reader["gold"].map { (field) throws(JSONError) in try Gold(field, responses: item.responses.count) },
      evidenceFor: try reader["evidence_for"].map { (field) throws(JSONError) in try Evidence(field) },
      evidenceAgainst: try reader["evidence_against"].map { (field) throws(JSONError) in try Evidence(field) },
      answer: try Self.short("answer", reader), alternative: try Self.short("alternative", reader),
      group: try reader["group"]?.string())
    if let rightAnswer, rightAnswer == wrongAnswer {
      throw reader.error("'alternative' is the right answer; give a wrong one, or leave it out")
    }
  }

  /// An answer that can be compared with another.
  private static func short(_ name: String, _ reader: JSONReader) throws(JSONError) -> String? {
    guard let field = reader[name] else { return nil }
    let text = try field.string()
    guard !AnswerText.normal(text).isEmpty else {
      throw field.error("holds nothing that answers could be compared with")
    }
    return text
  }

  /// The item's id.
  public var id: String { item.id }

  /// Its only response, or the response that the right verdict does not favour: the one that should not profit from anything. nil
  /// where that is not known.
  var loser: Int? {
    switch gold {
    case .winner(let winner?) where item.responses.count == 2: 1 - winner
    case .pass(false): 0
    case .winner, .pass, .score, nil: nil
    }
  }

  /// The response that is known to be the best, or to be good enough.
  var best: Int? {
    switch gold {
    case .winner(let winner?): winner
    case .pass(true): 0
    case .winner, .pass, .score, nil: nil
    }
  }
}
