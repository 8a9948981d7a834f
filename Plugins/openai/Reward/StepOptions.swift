import JSON

/// How a response is taken apart for a process reward model, and how the rewards of its steps become one.
struct StepOptions: Sendable {
  /// What the response is worth, given its steps.
  enum Aggregate: String, Sendable, CaseIterable {
    /// A chain is as good as its worst step.
    case min
    case mean, product
    /// What the model thinks once it has seen all.
    case last
  }

  /// What stands between two steps of a response.
  let separator: String
  /// What the model was trained to see after each step; the server gives a number for each.
  let marker: String
  let aggregate: Aggregate

  /// Reads `{separator, marker, aggregate}`.
  init(_ reader: JSONReader) throws(JSONError) {
    try reader.allowOnly("separator", "marker", "aggregate")
    separator = try reader["separator"]?.string() ?? "\n\n"
    marker = try reader.require("marker").string()
    aggregate = try reader["aggregate"]?.choice() ?? .min
    for key in ["separator", "marker"] {
      if let field = reader[key], field.value == "" { throw field.error("must not be empty") }
    }
  }

  /// The steps of a response: its parts between separators, without white space around them and without empty ones.
  func split(_ response: String) -> [String] {
    var steps: [String] = []
    var rest = Substring(response)
    while let range = rest.utf8.firstRange(of: separator.utf8) {
      steps.append(Self.trimmed(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    steps.append(Self.trimmed(rest))
    return steps.filter { !$0.isEmpty }
  }

  /// The steps as the model reads them.
  func marked(_ steps: [String]) -> String { steps.map { $0 + marker }.joined() }

  /// One number from those of the steps, of which there is at least one.
  func aggregate(_ values: [Double]) -> Double {
    switch aggregate {
    case .min: values.min() ?? .nan
    case .mean: values.reduce(0, +) / Double(values.count)
    case .product: values.reduce(1, *)
    case .last: values.last ?? .nan
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
