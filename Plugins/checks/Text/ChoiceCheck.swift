import JSON

/// `choice: B` or `choice: $reference`: the letter that the response chooses.
struct ChoiceCheck: Check {
  static let kind = CheckKind("choice", options: ["letters"]) { (arguments) throws(JSONError) in
    try ChoiceCheck(arguments)
  }

  private let wanted: TextSource
  private let finder: ChoiceFinder

  init(_ arguments: Arguments) throws(JSONError) {
    let letters = arguments["letters"]
    let text = try letters?.string() ?? "ABCDEFGHIJ"
    let bytes = text.utf8.map { $0 & ~0x20 }
    guard !bytes.isEmpty, bytes.allSatisfy(Bytes.isLetter), Set(bytes).count == bytes.count else {
      throw (letters ?? arguments.argument).error("expected different letters such as ABCD, found '\(text)'")
    }
    finder = ChoiceFinder(letters: Set(bytes))
    wanted = try TextSource.read(arguments.argument)
    if case .literal(let literal) = wanted, finder.find(literal.bytes) == nil {
      throw arguments.argument.error(
        "'\(literal.excerpt(20))' is none of the letters; accepted: \(String(decoding: bytes, as: UTF8.self))")
    }
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = try subject.responseText()
    let reference = try wanted.resolve(subject)
    guard let right = finder.find(reference.bytes) else {
      throw Unscorable("the reference \"\(reference.excerpt(30))\" has no choice letter")
    }
    guard let found = finder.find(response.bytes) else {
      return Measurement(passed: false, "no choice letter in \"\(response.excerpt(40))\"")
    }
    let (chosen, expected) = (Character(Unicode.Scalar(found)), Character(Unicode.Scalar(right)))
    return Measurement(passed: found == right, "chose \(chosen)" + (found == right ? "" : ", expected \(expected)"))
  }
}
