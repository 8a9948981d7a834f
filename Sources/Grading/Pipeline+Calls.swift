extension Pipeline {
  /// Calls to the judge that an item with so many responses leads to, each sample counted as one; a truncated reply that is asked for
  /// once more comes on top. Of a cascade, as if all of its judges were asked.
  package func callCount(responses: Int) -> Int {
    guard judge != nil else { return 0 }
    let own = isScored ? responses : plan.callCount(responses: responses)
    return later.reduce(own) { $0 + $1.callCount(responses: responses) }
  }
}
