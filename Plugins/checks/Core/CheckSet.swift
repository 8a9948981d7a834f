import JSON

/// The checks of one rubric, compiled once: `{"criteria": [{"name": "has-number", "check": {"regex": "\\d+"}}, …]}`.
struct CheckSet: Sendable {
  let criteria: [Criterion]

  /// Reads and checks the whole configuration; the error names the JSON path, the accepted names and the nearest one.
  static func compile(_ config: JSONReader) throws(JSONError) -> CheckSet {
    try config.allowOnly("criteria")
    let list = try config.require("criteria")
    var criteria: [Criterion] = []
    var names: Set<String> = []
    for reader in try list.array() {
      let criterion = try Criterion(reader)
      guard names.insert(criterion.name).inserted else {
        throw reader.error("there are two criteria named '\(criterion.name)'; rename one")
      }
      criteria.append(criterion)
    }
    guard !criteria.isEmpty else { throw list.error("there are no criteria; give at least one") }
    return CheckSet(criteria: criteria)
  }

  /// One result for each criterion, in their order.
  func run(_ subject: Subject) -> [CheckResult] { criteria.map { $0.run(subject) } }
}

/// What became of one criterion.
struct CheckResult: Sendable, Hashable {
  let name: String
  let outcome: Outcome

  enum Outcome: Sendable, Hashable {
    case scored(value: Double, score: Double, reason: String)
    /// The criterion could not be checked (`invalid_input`), and why.
    case unscored(String)
  }
}
