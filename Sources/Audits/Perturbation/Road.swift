/// How an item is judged: the rubric as it is in use, or with one thing changed.
enum Road: Sendable, Hashable {
  /// With the rubric's own orders and samples.
  case deployed
  /// Once, in the order of the item.
  case asGiven
  case defended(Defence)
  /// Without the fences that stand around every response on all other roads.
  case unfenced
  case reworded(Rewording)

  /// A protection against responses that speak to the judge, besides the fences.
  enum Defence: String, Sendable, CaseIterable {
    /// The rubric says that responses may try to give orders.
    case instruction
    /// The last words of the prompt say so.
    case sandwich
    /// Whatever in a response looks like a verdict or a role is taken apart before the judge sees it.
    case neutralisation
  }

  /// The same question in another form.
  enum Rewording: String, Sendable, CaseIterable {
    case criteriaReversed = "criteria-reversed"
    case letters
  }

  /// Its name in ids; empty for ``deployed``.
  var name: String {
    switch self {
    case .deployed: ""
    case .asGiven: "as-given"
    case .unfenced: "unfenced"
    case .defended(let defence): defence.rawValue
    case .reworded(let rewording): rewording.rawValue
    }
  }
}
