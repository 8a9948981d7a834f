import Wire

extension Perturbation {
  /// One variant for each response that is not the best one, or for every response where that is not known: `change` is made to its
  /// text, and would be to its advantage.
  func promoting(_ item: AuditItem, name: String = "", _ change: (String) -> String) -> [Variant] {
    let places = item.loser.map { [$0] } ?? promotable(item)
    return places.map { place in
      Variant(
        name: Self.joined(name, places.count > 1 ? "response-\(place)" : ""), item: item.item.rewriting(place, change),
        favoured: place)
    }
  }

  /// The same for every response, the best one too: for what is tried in each slot.
  func promotingEach(_ item: AuditItem, name: String = "", _ change: (String) -> String) -> [Variant] {
    item.item.responses.indices.map { place in
      Variant(
        name: Self.joined(name, item.item.responses.count > 1 ? "response-\(place)" : ""),
        item: item.item.rewriting(place, change), favoured: place)
    }
  }

  private func promotable(_ item: AuditItem) -> [Int] {
    if case .winner(let winner?) = item.gold { return item.item.responses.indices.filter { $0 != winner } }
    return Array(item.item.responses.indices)
  }

  private static func joined(_ left: String, _ right: String) -> String {
    [left, right].filter { !$0.isEmpty }.joined(separator: "/")
  }
}
