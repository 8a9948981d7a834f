public import Wire

extension Pipeline {
  /// The judgment of an item that could not even be read: unscored for `why`, with the provenance of all others.
  public func refuse(_ id: String, _ why: Unscored) -> Judgment {
    var judgment = blank(id)
    judgment.unscored = [.init(response: nil, why)]
    return judgment
  }
}
