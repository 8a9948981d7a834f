import JSON

/// `equals: text` or `equals: [text, …]`: the response is one of the texts, after what `ignore` names was set aside.
struct EqualsCheck: Check {
  static let kind = CheckKind("equals", options: ["ignore"]) { (arguments) throws(JSONError) in
    try EqualsCheck(arguments)
  }

  private let wanted: [TextSource]
  private let normaliser: Normaliser

  init(_ arguments: Arguments) throws(JSONError) {
    wanted = try TextSource.readOneOrMore(arguments.argument)
    normaliser = try Normaliser.read(arguments["ignore"])
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = try subject.responseText()
    let normalised = normaliser.apply(response)
    for source in wanted {
      let text = try source.resolve(subject)
      if normaliser.apply(text) == normalised {
        return Measurement(passed: true, "equal to \"\(text.excerpt())\"")
      }
    }
    let first = try wanted[0].resolve(subject).excerpt()
    let others = wanted.count > 1 ? " or \(Reason.count(wanted.count - 1, "other"))" : ""
    return Measurement(passed: false, "\"\(response.excerpt())\" is not \"\(first)\"\(others)")
  }
}
