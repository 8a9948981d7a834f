import JSON
import Testing

/// The commands of Examples/README.md, and what it says of their results.
@Suite(.oneAtATime) struct ExamplesTests {
  let scratch = Scratch()

  /// Runs the command of the page that writes `output`, and returns its judgments by id, without the folders before it.
  private func judgments(_ output: String) throws -> [String: JSONValue] {
    let page = Program.script("cat '\(Program.repository)/Examples/README.md'", in: scratch).output
    let line = try #require(
      page.split(separator: "\n").first { $0.hasPrefix("cupel grade ") && $0.hasSuffix(" \(output)") })
    let finished = Program.script("ln -s '\(Program.repository)/Examples' Examples; \(line)", in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    var found: [String: JSONValue] = [:]
    for line in scratch.lines(output) {
      let judgment = try JSONParser.parse(line)
      let id = try #require(judgment["id"]?.string)
      found[id.split(separator: "/").last.map(String.init) ?? id] = judgment
    }
    return found
  }

  private func score(_ judgment: JSONValue?) throws -> Double {
    try #require(judgment?["scores"]?.array?.first?.double)
  }

  @Test func everySpoiledPictureIsWorse() throws {
    let graded = try judgments("images.jsonl")
    #expect(graded.count == 9)
    let good = try score(graded["harbour.png"])
    #expect(good > 0.9)
    #expect(try score(graded["chart.png"]) > 0.9)
    for spoiled in ["blurred", "overexposed", "dark", "hazy"] {
      #expect(try score(graded["harbour-\(spoiled).png"]) < 0.7, "\(spoiled)")
    }
    #expect(try score(graded["blank.png"]) == 0)
    let broken = try #require(graded["harbour-cut-short.png"])
    #expect(broken["status"] == "unscored")
    #expect(broken["reason"] == "invalid_input")
    #expect(broken["message"]?.string?.contains("IDAT: the file ends inside the chunk at byte 33") == true)
    let notes = graded["badge.png"]?["notes"]?.array?.compactMap(\.string) ?? []
    #expect(notes.contains { $0.hasPrefix("alpha: ") && $0.hasSuffix("composited on #ffffff") }, "\(notes)")
  }

  @Test func rightAnswersAreBetterThanWrongOnes() throws {
    let graded = try judgments("answers-graded.jsonl")
    #expect(graded.count == 9)
    #expect(try score(graded["capital"]) == 1)
    #expect(try score(graded["capital-wrong"]) < 0.5)
    #expect(try score(graded["tides"]) > score(graded["tides-vague"]))
    #expect(try score(graded["refusal"]) == 0)
    #expect(try score(graded["looping"]) < 0.5)
    #expect(graded["empty"]?["status"] == "unscored")
  }

  @Test func releaseNotesAreHeldAgainstTheTeamsRules() throws {
    let graded = try judgments("notes.jsonl")
    #expect(try score(graded["2.4.0.md"]) == 1)
    #expect(try score(graded["2.4.1.md"]) == 1)
    #expect(try score(graded["2.5.0.md"]) == 0)
    #expect(try score(graded["2.5.1.md"]) < 0.5)
  }

  @Test func theRecordedJudgeDoesWhatThePageSays() throws {
    let graded = try judgments("pairs.jsonl")
    #expect(graded["discount"]?["position_consistent"] == true)
    #expect(graded["headline"]?["position_consistent"] == false)
    #expect(graded["leftover-rice"]?["reason"] == "truncated")
    #expect(graded["median"]?["samples"]?.array?.compactMap { $0["attempts"]?.int } == [2, 1])
  }
}
