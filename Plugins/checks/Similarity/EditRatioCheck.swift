import JSON

/// `edit_ratio: $reference`: 1 minus the edit distance over the longer length, in code points;
/// `rapidfuzz.distance.Levenshtein.normalized_similarity`. With `distance: indel` (insertions and deletions only) it is
/// `rapidfuzz.fuzz.ratio / 100`.
struct EditRatioCheck: Check {
  static let kind = CheckKind("edit_ratio", options: ["distance", "ignore", SizeLimit.characters]) {
    (arguments) throws(JSONError) in try EditRatioCheck(arguments)
  }

  enum Distance: String, Sendable, CaseIterable { case levenshtein, indel }

  private let reference: TextSource
  private let distance: Distance
  private let normaliser: Normaliser
  private let limit: SizeLimit

  init(_ arguments: Arguments) throws(JSONError) {
    reference = try TextSource.read(arguments.argument)
    distance = try arguments.choice("distance", default: .levenshtein)
    normaliser = try Normaliser.read(arguments["ignore"])
    limit = try SizeLimit(arguments, SizeLimit.characters, default: SizeLimit.quadratic)
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let (response, wanted) = (try subject.responseText(), try reference.resolve(subject))
    try limit.check(response.codePointCount, of: "the response")
    try limit.check(wanted.codePointCount, of: "the reference")
    let ids = CharacterIDs(
      candidate: normaliser.apply(response), reference: normaliser.apply(wanted),
      areASCII: response.isASCII && wanted.isASCII)
    let (left, right) = (ids.candidate, ids.reference)
    let (edits, whole): (Int, Int)
    switch distance {
    case .levenshtein:
      edits = EditDistance.levenshtein(left, right, vocabulary: ids.vocabulary)
      whole = max(left.count, right.count)
    case .indel:
      edits = left.count + right.count - 2 * CommonSubsequence.length(left, right, vocabulary: ids.vocabulary)
      whole = left.count + right.count
    }
    let ratio = whole == 0 ? 1 : 1 - Double(edits) / Double(whole)
    return Measurement(
      value: ratio, score: ratio, reason: "\(Reason.count(edits, "edit")) apart, similarity \(Reason.number(ratio))")
  }
}
