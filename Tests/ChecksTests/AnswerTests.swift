import JSON
import Testing

@testable import Checks

/// Numbers and choice letters as models write them; the tables are written by hand.
@Suite struct AnswerTests {
  @Test("numbers that are found, and what is no number")
  func numbers() throws {
    for row in try JSONReader(Fixtures.json("numbers.json")).array() {
      let fields = try row.array()
      let (response, reference) = (try fields[0].string(), try fields[1].string())
      let outcome = try run(["number": "$reference"], response, reference: reference)
      #expect(outcome.score == (try fields[2].double()), "\(response) for \(reference): \(outcome)")
    }
  }

  @Test("choice letters that are found, and what is none")
  func choices() throws {
    for row in try JSONReader(Fixtures.json("choices.json")).array() {
      let fields = try row.array()
      let response = try fields[0].string()
      let found = ChoiceFinder(letters: Set("ABCDE".utf8)).find(Array(response.utf8))
      #expect(found.map { String(Unicode.Scalar($0)) } == fields[1].value.string, "\(response)")
    }
  }

  @Test("tolerance, relative tolerance and which number counts")
  func numberOptions() throws {
    let table: [(JSONValue, String, Double)] = [
      (["number": 3.14159, "tolerance": 0.01], "about 3.14", 1),
      (["number": 3.14159, "tolerance": 0.001], "about 3.14", 0),
      (["number": 1000, "relative": 0.01], "991", 1),
      (["number": 1000, "relative": 0.01], "989", 0),
      (["number": 7, "pick": "first"], "7 then 8", 1),
      (["number": 8, "pick": "first"], "7 then 8", 0),
      (["number": 7, "pick": "only"], "7 then 8", 0),
      (["number": 7, "pick": "only"], "7 and again 7", 1),
      (["number": "3/4"], "0.75", 1),
      (["number": 4, "part": "answer"], "<think>5</think><answer>4</answer> 9", 1),
      (["number": 4, "part": "final"], "4</think> it is 5", 0),
    ]
    for (check, response, score) in table {
      #expect(try run(check, response).score == score, "\(check) \(response)")
    }
  }
}
