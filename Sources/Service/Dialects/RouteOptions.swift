import JSON

/// The `options` that a route has in every dialect.
struct RouteOptions: Sendable, Hashable {
  /// Their names.
  static let fields = ["run", "group_window_ms", "empty_response"]

  /// `run`: the training run whose statistics the rewards go into, where a request does not say.
  let run: String?
  /// `group_window_ms`: for how long a score counts towards the mean of its group.
  let groupWindowMilliseconds: Int
  /// `empty_response`: what a response is worth that holds nothing, which no judge is asked about. nil: it has no score.
  let emptyResponse: Double?

  /// Reads them; others are the dialect's.
  init(_ reader: JSONReader) throws(JSONError) {
    run = try reader["run"].map { (field) throws(JSONError) in
      let run = try field.string()
      guard Self.isRun(run) else { throw field.error(Self.wanted) }
      return run
    }
    groupWindowMilliseconds = try reader["group_window_ms"]?.int(in: 1000...86_400_000) ?? 600_000
    emptyResponse = try reader["empty_response"]?.double()
  }

  static let wanted = "the name of a run is 1 to 128 letters, digits and signs of . _ - / : +"

  /// It becomes a label of metrics.
  static func isRun(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/:+".contains($0)) }
  }
}
