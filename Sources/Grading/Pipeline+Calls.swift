extension Pipeline {
  /// Calls to the judge that an item with so many responses leads to, each sample counted as one; a truncated reply that is asked for
  /// once more comes on top.
  package func callCount(responses: Int) -> Int {
    guard judge != nil else { return 0 }
    if isScored { return responses }
    return plan.callCount(responses: responses)
  }
}
