import JSON
import Testing

@testable import Checks

/// Values against the Python implementations that `generate.py` ran. Docs state the tolerance: 1e-9, relative to values
/// above 1; checks of yes and no, counts and distances are exact within it.
@Suite struct AgreementTests {
  private struct Pair: CustomTestStringConvertible, Sendable {
    let response: String
    let reference: String?
    let checks: [(check: JSONValue, value: Double)]
    var testDescription: String { "\(Text(response).excerpt(30)) / \(Text(reference ?? "").excerpt(30))" }
  }

  private static func pairs(_ name: String) throws -> [Pair] {
    let table = try Fixtures.json(name)
    return try JSONReader(table).array().map { reader in
      Pair(
        response: try reader.require("response").string(), reference: try reader["reference"]?.string(),
        checks: try reader.require("checks").array().map { entry in
          let parts = try entry.array()
          return (parts[0].value, try parts[1].double())
        })
    }
  }

  @Test("the texts' values are those of Python", arguments: ["similarity.json", "text.json", "json_syntax.json"])
  func texts(_ file: String) throws {
    var compiled: [JSONValue: CheckSet] = [:]
    var count = 0
    for pair in try Self.pairs(file) {
      for (check, expected) in pair.checks {
        let set = try compiled[check] ?? compile(check)
        compiled[check] = set
        let subject = Subject(response: Text(pair.response), reference: pair.reference.map { Text($0) })
        let outcome = try #require(set.run(subject).first).outcome
        let value = try #require(outcome.value, "\(check) \(pair): \(outcome)")
        let distance = abs(value - expected)
        #expect(distance <= 1e-9 * max(1, abs(expected)), "\(check) \(pair): \(value), expected \(expected)")
        count += 1
      }
    }
    #expect(count >= 50)
  }

  @Test("Porter's stemmer is NLTK's")
  func porter() throws {
    let stems = try JSONReader(Fixtures.json("porter.json")).object()
    for member in stems.members {
      var stemmer = PorterStemmer(Array(member.key.utf8))
      let stem = String(decoding: stemmer.stem(), as: UTF8.self)
      #expect(stem == member.value.string, "\(member.key)")
    }
    #expect(stems.count > 1000)
  }
}
