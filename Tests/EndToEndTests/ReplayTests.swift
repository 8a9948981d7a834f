import JSON
import Testing

/// A run with a judge, recorded and repeated without it.
@Suite(.oneAtATime) struct ReplayTests {
  let scratch = Scratch()
  let examples = "\(Program.repository)/Examples"

  func grade(_ arguments: String...) -> Program.Finished {
    Program.run(
      ["grade", "--rubric", "\(examples)/rubrics/better-answer/rubric.yaml", "\(examples)/pairwise/items.jsonl"]
        + arguments,
      in: scratch)
  }

  /// Everything of a judgment but where it comes from.
  func withoutProvenance(_ name: String) throws -> [JSONValue] {
    try scratch.lines(name).map { line in
      var object = try #require(try JSONParser.parse(line).object)
      object["provenance"] = nil
      return .object(object)
    }
  }

  @Test func aRecordingRepeatsTheRun() throws {
    let first = grade("--judge", "replay=\(examples)/pairwise/replies.jsonl", "--record", "replies", "-o", "first")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("same verdict in every order"))
    let again = grade("--judge", "replay=replies", "-o", "again", "--concurrency", "1")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try withoutProvenance("again") == withoutProvenance("first"))
    #expect(try withoutProvenance("first").count > 2)
    // A recording of the recording is the recording: same order, same bytes.
    #expect(grade("--judge", "replay=replies", "--record", "replies2", "-o", "third").status == 0)
    #expect(scratch.read("replies2") == scratch.read("replies"))
    #expect(scratch.read("third") == scratch.read("again"))
  }

  @Test func aReplyThatIsMissingIsAnErrorOfItsItemAlone() throws {
    let all = Scratch.content(of: "\(examples)/pairwise/replies.jsonl").split(separator: "\n")
    let key = "\"item\": \"discount\""
    scratch.write("replies", all.filter { !$0.contains(key) }.map { $0 + "\n" }.joined())
    #expect(grade("--judge", "replay=\(examples)/pairwise/replies.jsonl", "-o", "whole").status == 0)
    #expect(grade("--judge", "replay=replies", "-o", "out").status == 0)
    let judgments = try withoutProvenance("out")
    #expect(judgments.first?["id"] == "discount")
    #expect(judgments.first?["reason"] == "judge_error")
    #expect(try judgments.dropFirst() == withoutProvenance("whole").dropFirst())
  }

  @Test func aBrokenRecordingIsRefusedWithItsLine() {
    scratch.write("replies", "{\"key\": {\"item\": \"a\", \"order\": [0]}, \"text\": \"x\"}\n{oops\n")
    let finished = grade("--judge", "replay=replies", "-o", "out")
    #expect(finished.status == 2)
    #expect(finished.errors.contains("replies:2"), "\(finished.errors)")
  }
}
