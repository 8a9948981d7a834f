import Wire

/// Shows the responses in other places: a pair swapped, three or four in every rotation.
///
/// `(Paris, Lyon)` → `(Lyon, Paris)`
struct SlotSwap: Perturbation {
  let name = "swap"
  let suite = AuditSuite.noise
  let summary = "The responses in other places."
  let expectation = Expectation.invariant
  let needs: Needs = .several

  /// Of more responses too few rotations could be paid for to say anything.
  private static let most = 4

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    let count = item.item.responses.count
    guard count <= Self.most else { return [] }
    return (1..<count).map { shift in
      let places = (0..<count).map { ($0 + shift) % count }
      return Variant(
        name: "\(shift)", item: item.item.arranged(places), road: .asGiven, baseline: .asGiven, places: places)
    }
  }

  var examples: [Example] {
    let example = Example("Lyon", becomes: [:])
    return [Example(item: example.item, becomes: ["1": example.item.item.arranged([1, 0])])]
  }
}
