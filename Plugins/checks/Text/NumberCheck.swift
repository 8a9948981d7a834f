import JSON

/// `number: 42` or `number: $reference`: the number that the response gives is this one. The number is the last of the last
/// `\boxed{…}`, or else the last of the text (`pick: first | last | only`).
struct NumberCheck: Check {
  static let kind = CheckKind("number", options: ["tolerance", "relative", "pick"]) { (arguments) throws(JSONError) in
    try NumberCheck(arguments)
  }

  private enum Pick: String, Sendable, CaseIterable { case last, first, only }

  private let wanted: TextSource
  /// The number that the rubric wrote, read once; nil when the text comes from the item.
  private let literal: FoundNumber?
  private let tolerance: Double
  private let relative: Double
  private let pick: Pick

  init(_ arguments: Arguments) throws(JSONError) {
    tolerance = try arguments["tolerance"]?.double(in: 0...Double.greatestFiniteMagnitude) ?? 0
    relative = try arguments["relative"]?.double(in: 0...1e9) ?? 1e-9
    pick = try arguments.choice("pick", default: .last)
    if let number = arguments.argument.value.double {
      wanted = .literal(Text(Reason.number(number, digits: 12)))
      literal = FoundNumber(readings: [number], isPercent: false)
      return
    }
    guard arguments.argument.value.string != nil else {
      throw arguments.argument.error("expected a number or $reference, found \(arguments.argument.value.kind)")
    }
    wanted = try TextSource.read(arguments.argument)
    if case .literal(let text) = wanted {
      literal = Self.find(text, .last).number
      guard literal != nil else { throw arguments.argument.error("there is no number in '\(text.excerpt(40))'") }
    } else {
      literal = nil
    }
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = try subject.responseText()
    let reference = try wanted.resolve(subject)
    guard let right = literal ?? Self.find(reference, .last).number else {
      throw Unscorable("the reference \"\(reference.excerpt(30))\" has no number")
    }
    let (found, problem) = Self.find(response, pick)
    guard let found else { return Measurement(passed: false, problem) }
    // 50 answers "how many percent", 0.5 the same question in another form.
    let equal = found.readings.contains { left in right.readings.contains { isNear(left, $0) } }
    let shown = found.isPercent ? "\(Reason.number(found.readings[1], digits: 6))%" : Self.describe(found)
    return Measurement(
      passed: equal, equal ? "found \(shown)" : "found \(shown), expected \(Self.describe(right))")
  }

  private func isNear(_ found: Double, _ right: Double) -> Bool {
    abs(found - right) <= max(tolerance, relative * abs(right))
  }

  private static func describe(_ number: FoundNumber) -> String {
    let value = number.readings[0]
    return abs(value) < 1e-4 && value != 0 ? value.description : Reason.number(value, digits: 6)
  }

  /// The number that was picked, or why there is none.
  private static func find(_ text: Text, _ pick: Pick) -> (number: FoundNumber?, problem: String) {
    let boxed = Boxed.last(in: text.bytes[...])
    var scanner = NumberScanner(PlainMaths.rewrite(boxed ?? text.bytes[...]))
    var found: FoundNumber?
    while let next = scanner.next() {
      if pick == .only, let found, found != next { return (nil, "more than one number, and pick is 'only'") }
      found = next
      if pick == .first { break }
    }
    return (
      found,
      boxed == nil ? "no number in \"\(text.excerpt(40))\"" : "no number in \\boxed{\(Text.excerpt(boxed ?? [], 30))}"
    )
  }
}
