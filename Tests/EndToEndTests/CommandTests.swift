import Glibc
import JSON
import Testing

/// Every command of Fixtures/commands.json, run on the files of Fixtures/folder.
@Suite(.oneAtATime) struct CommandTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let run: [String]
    let status: Int32
    /// What standard output and standard error must hold, piece by piece.
    let output: [String]
    let errors: [String]
    /// What standard output must be, where that is known.
    let exactly: String?
    var testDescription: String { run.joined(separator: " ") }

    init(_ reader: JSONReader) throws {
      func strings(_ key: String) throws -> [String] { try reader[key]?.array().map { try $0.string() } ?? [] }
      try reader.allowOnly("run", "status", "output", "errors", "exactly")
      run = try strings("run")
      status = Int32(try reader.require("status").int())
      output = try strings("output")
      errors = try strings("errors")
      exactly = try reader["exactly"]?.string()
    }
  }

  static let fixtures = "\(Program.repository)/Tests/EndToEndTests/Fixtures"

  static let cases = Result {
    let text = Scratch.content(of: "\(fixtures)/commands.json")
    return try JSONReader(try JSONParser.parse(text)).array().map { try Case($0) }
  }

  @Test func theTableIsRead() throws { #expect(try Self.cases.get().count > 40) }

  @Test(arguments: (try? cases.get()) ?? []) func behaves(_ expected: Case) throws {
    let scratch = Scratch()
    try scratch.copy(folder: "\(Self.fixtures)/folder")
    let finished = Program.run(expected.run, in: scratch)
    #expect(finished.status == expected.status, "\(finished.errors)")
    for piece in expected.output { #expect(finished.output.contains(piece), "\(finished.output)") }
    for piece in expected.errors { #expect(finished.errors.contains(piece), "\(finished.errors)") }
    if let exactly = expected.exactly { #expect(finished.output == exactly) }
    // Errors are told in one voice, and never in the language of the program.
    for word in ["Swift", "Fatal error", "JSONError", "Optional("] { #expect(!finished.errors.contains(word)) }
    if expected.status != 0 {
      #expect(finished.errors.hasPrefix("cupel: ") || finished.errors.contains("\ncupel: error: "))
    }
  }

  @Test(arguments: [
    "", "serve", "grade", "calibrate report", "calibrate fit", "calibrate estimate", "rubric list", "rubric show",
    "rubric check", "judge list", "judge probe", "judge bench", "plugin list", "plugin check", "config check", "media",
    "completions",
  ])
  func helpHasExamples(command: String) {
    let finished = Program.run(command.split(separator: " ").map(String.init) + ["--help"], in: Scratch())
    #expect(finished.status == 0)
    #expect(finished.output.contains("EXAMPLES\n"))
    let long = finished.output.split(separator: "\n").filter { $0.count > 80 && !$0.hasPrefix("USAGE: ") }
    #expect(long.isEmpty)
  }

  @Test func theBashCompletionsAreBash() {
    let scratch = Scratch()
    let finished = Program.script(
      "cupel completions bash > c && bash -n c && source ./c && complete -p cupel", in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
  }
}
