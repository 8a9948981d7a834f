import JSON

/// `regex: pattern`: the pattern is found in the response (`match: full`: fits all of it).
struct RegexCheck: Check {
  static let kind = CheckKind("regex", options: ["flags", "match"]) { (arguments) throws(JSONError) in
    try RegexCheck(arguments)
  }

  private enum Flag: String, CaseIterable { case ignore_case, multiline, dotall, verbose }
  private enum Extent: String, CaseIterable { case search, full }

  private let pattern: Pattern
  private let source: String

  init(_ arguments: Arguments) throws(JSONError) {
    source = try arguments.argument.string()
    var flags: Pattern.Flags = []
    for reader in try arguments["flags"]?.array() ?? [] {
      let flag: Flag = try reader.choice()
      switch flag {
      case .ignore_case: flags.insert(.ignoreCase)
      case .multiline: flags.insert(.multiline)
      case .dotall: flags.insert(.dotall)
      case .verbose: flags.insert(.verbose)
      }
    }
    if try arguments.choice("match", default: Extent.search) == .full { flags.formUnion(.full) }
    do {
      pattern = try Pattern(source, flags: flags)
    } catch {
      throw arguments.argument.error("the pattern does not compile: \(error.message), at offset \(error.offset)")
    }
  }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let response = try subject.responseText().bytes
    do {
      guard let match = try pattern.firstMatch(in: response) else {
        return Measurement(passed: false, "no match for /\(Text(source).excerpt(40))/")
      }
      return Measurement(passed: true, "matched \"\(Text.excerpt(response[match], 40))\"")
    } catch {
      switch error {
      case .limit(let limit):
        throw Unscorable("the pattern reached its limit of \(limit); rewrite it so that it backtracks less")
      case .failed(let message): throw Unscorable("the pattern could not be matched: \(message)")
      }
    }
  }
}
