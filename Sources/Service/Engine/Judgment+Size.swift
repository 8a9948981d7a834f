import JSON
import Wire

extension Judgment {
  /// What it takes in memory, roughly: its texts byte by byte, and a flat number for whatever stands around them.
  var estimatedBytes: Int {
    var bytes = 1024 + id.utf8.count + (rationale?.utf8.count ?? 0)
    bytes += 16 * scores.count + notes.reduce(0) { $0 + 32 + $1.utf8.count }
    bytes += (comparison?.preference.count ?? 0) * 64
    bytes += provenance.media.reduce(0) { $0 + 32 + $1.utf8.count }
    for criterion in criteria {
      bytes += 64
      for outcome in criterion.outcomes { bytes += 96 + ((try? outcome.get().reason?.utf8.count) ?? 0) }
    }
    bytes += earlier.reduce(0) { $0 + $1.estimatedBytes }
    return samples.reduce(bytes) { $0 + $1.estimatedBytes }
  }

  /// Whether nothing is missing in it: what is asked again would not come out better.
  var isWhole: Bool {
    guard status == .ok, samples.allSatisfy(\.isScored) else { return false }
    return criteria.allSatisfy { $0.outcomes.allSatisfy { if case .success = $0 { true } else { false } } }
  }
}

extension SampleJudgment {
  fileprivate var estimatedBytes: Int {
    var bytes = 512 + 8 * order.count + prompt.utf8.count
    bytes += (text?.utf8.count ?? 0) + (reasoning?.utf8.count ?? 0) + (reason?.utf8.count ?? 0)
    bytes += (model?.utf8.count ?? 0) + (criterion?.utf8.count ?? 0)
    if case .success(.scores(let rows)) = outcome { bytes += rows.reduce(0) { $0 + 32 + 8 * $1.count } }
    for row in evidence?.answers ?? [] {
      for answer in row { bytes += 48 + answer.chances.reduce(0) { $0 + 32 + $1.answer.utf8.count } }
    }
    return bytes
  }
}
