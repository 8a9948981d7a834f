import JSON

/// `exact_match: $reference` and `token_f1: $reference` of the SQuAD 2.0 evaluation script; with a list, the best of it.
struct SQuADCheck: Check {
  static let exactMatch = CheckKind("exact_match") { (arguments) throws(JSONError) in
    SQuADCheck(references: try TextSource.readOneOrMore(arguments.argument), measures: .exactMatch)
  }
  static let tokenF1 = CheckKind("token_f1", options: [SizeLimit.tokens]) { (arguments) throws(JSONError) in
    SQuADCheck(
      references: try TextSource.readOneOrMore(arguments.argument),
      measures: .tokenF1(try SizeLimit(arguments, SizeLimit.tokens)))
  }

  private enum Kind: Sendable {
    case exactMatch
    case tokenF1(SizeLimit)
  }

  private let references: [TextSource]
  private let measures: Kind

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = Normaliser.squad.apply(try subject.responseText())
    var best = 0.0
    for source in references {
      let reference = Normaliser.squad.apply(try source.resolve(subject))
      switch measures {
      case .exactMatch: best = max(best, response == reference ? 1 : 0)
      case .tokenF1(let limit): best = max(best, try f1(response, reference, limit))
      }
    }
    switch measures {
    case .exactMatch:
      let wanted = try references[0].resolve(subject).excerpt()
      return Measurement(
        passed: best == 1,
        best == 1 ? "matches after normalisation" : "\"\(Text.excerpt(response[...]))\" does not match \"\(wanted)\"")
    case .tokenF1:
      return Measurement(value: best, score: best, reason: "token F1 \(Reason.number(best))")
    }
  }

  /// `compute_f1`: when one of the two has no words, 1 if both have none.
  private func f1(_ response: [UInt8], _ reference: [UInt8], _ limit: SizeLimit) throws(Unscorable) -> Double {
    var vocabulary = Vocabulary()
    let candidate = try vocabulary.ids(ofWordsIn: response, limit, of: "the response")
    let wanted = try vocabulary.ids(ofWordsIn: reference, limit, of: "the reference")
    if candidate.isEmpty || wanted.isEmpty { return candidate.isEmpty && wanted.isEmpty ? 1 : 0 }
    let shared = NGrams.overlaps(
      candidate: candidate, reference: wanted, vocabulary: vocabulary.count, maxOrder: 1)[0].matches
    let (precision, recall) = (Double(shared) / Double(candidate.count), Double(shared) / Double(wanted.count))
    return shared == 0 ? 0 : 2 * precision * recall / (precision + recall)
  }
}
