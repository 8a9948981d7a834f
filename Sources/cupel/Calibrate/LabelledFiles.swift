import ArgumentParser
import Batch
import Calibration
import JSON

/// Which labels and judgments, and how they are held against each other.
struct LabelledOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("What people said: JSONL with id and one of score, pass and winner.", valueName: "labelled"),
    completion: .file())
  var labelled: String

  @Argument(
    help: ArgumentHelp("What the judge said of the same ids: what 'cupel grade' wrote.", valueName: "judgments"),
    completion: .file())
  var judgments: String

  @Option(help: "The scale of the labels' scores, MIN:MAX or MIN:MAX:STEP, such as 1:5:1.")
  var scale: HumanScale?

  @Option(help: "A score is right that is at most this far from the human one; else half a step of --scale, or 0.5.")
  var within: Double?

  @Option(help: "For labels that say pass or not: the least score of the judge that passes.")
  var passAt: Double?

  @Option(
    name: .customLong("panel"), parsing: .singleValue,
    help: "Judgments of the same items by another judge, for the confidence 'panel'; may be given several times.",
    completion: .file())
  var panel: [String] = []

  func validate() throws {
    if let within, !(within >= 0 && within.isFinite) { throw ValidationError("--within \(within): must be at least 0") }
    if let passAt, !passAt.isFinite { throw ValidationError("--pass-at \(passAt): must be a finite number") }
    let files = [labelled, judgments] + panel
    if files.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("'-' can be given once: there is one standard input")
    }
  }

  /// Reads all of it, or tells what is wrong with it.
  func read() throws -> LabelledJudgments { try read(judgments) }

  /// The same with other judgments of the same labels.
  func read(_ judgments: String) throws -> LabelledJudgments {
    var labels = LabelSet(scale: scale)
    try Self.lines(of: labelled) { line, number throws(JSONError) in try labels.add(line, line: number) }
    guard let kind = labels.kind else { throw CommandFailure.usage("\(labelled): there are no labels") }
    var data = try asUsage { try LabelledJudgments(labels, rules(kind)) }
    try Self.lines(of: judgments) { line, number throws(JSONError) in try data.add(line, line: number) }
    for file in panel {
      data.beginPanelMember()
      try Self.lines(of: file) { line, _ throws(JSONError) in try data.addToPanel(line) }
    }
    do { try data.finish() } catch { throw CommandFailure.usage("\(judgments): \(error)") }
    return data
  }

  private func rules(_ kind: LabelKind) throws -> EvidenceRules {
    let unused = [("--within", within != nil && kind != .score), ("--pass-at", passAt != nil && kind != .pass)]
    for (option, isUnused) in unused where isUnused {
      throw CommandFailure.usage("\(option) has no meaning for labels that say '\(kind.rawValue)'")
    }
    switch kind {
    case .score: return .score(within: within ?? (scale?.step).map { $0 / 2 } ?? 0.5, scale: scale)
    case .pass:
      guard let passAt else {
        throw CommandFailure.usage(
          "\(labelled): the labels say 'pass'; name the least score of the judge that passes with --pass-at")
      }
      return .pass(least: passAt, scale: scale)
    case .winner: return .winner
    }
  }

  /// More in one line is no judgment.
  private static let maxLineBytes = 64 << 20

  /// Hands over each line that is not blank, as JSON.
  private static func lines(
    of path: String, _ take: (JSONReader, Int) throws(JSONError) -> Void
  ) throws {
    var problem: String?
    do throws(FileError) {
      var lines = try LineReader(path: path, limit: maxLineBytes)
      while problem == nil, let line = try lines.next() {
        let place = "\(path == "-" ? "stdin" : path):\(lines.lineNumber)"
        problem = Self.problem(with: line, lines.lineNumber, take).map { place + $0 }
      }
    } catch {
      throw CommandFailure.usage(error)
    }
    if let problem { throw CommandFailure.usage(problem) }
  }

  /// What is wrong with a line; nil where it was taken, or is blank.
  private static func problem(
    with line: LineReader.Line, _ number: Int, _ take: (JSONReader, Int) throws(JSONError) -> Void
  ) -> String? {
    guard case .text(let bytes) = line else { return ": the line has more than \(maxLineBytes) bytes" }
    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return nil }
    do throws(JSONError) {
      try take(JSONReader(try JSONParser.parse(bytes)), number)
      return nil
    } catch {
      return error.line == nil ? ": \(error)" : ":\(error.column ?? 1): \(error.message)"
    }
  }
}
