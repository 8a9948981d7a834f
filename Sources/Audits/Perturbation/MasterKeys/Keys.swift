import Wire

/// Perturbations that put something without content in the place of a response.
///
/// With a gold verdict it takes the place of the wrong response (or of the only one); without one it takes that of the last, which in
/// a pair leaves the other to be preferred.
protocol MasterKey: Perturbation {
  /// The texts, by name of the variant.
  func keys(for item: AuditItem, _ setting: AuditSetting) -> [(name: String, text: String)]
}

extension MasterKey {
  var suite: AuditSuite { .masterKeys }
  var expectation: Expectation { .rejects }

  func variants(of item: AuditItem, _ setting: AuditSetting) -> [Variant] {
    let place = item.loser ?? item.item.responses.count - 1
    return keys(for: item, setting).map { key in
      Variant(name: key.name, item: item.item.replacing(place, with: Content(key.text)), favoured: place)
    }
  }
}
