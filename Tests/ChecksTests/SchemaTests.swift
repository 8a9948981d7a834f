import JSON
import Testing

@testable import Checks

/// JSON Schema against Python's `jsonschema`, and what a rubric's author and reader are told.
@Suite struct SchemaTests {
  @Test("verdicts are those of jsonschema's Draft202012Validator")
  func agreement() throws {
    var compiled: [JSONValue: JSONSchema] = [:]
    let cases = try JSONReader(Fixtures.json("json_schema.json")).array()
    for reader in cases {
      let value = reader.value
      let (written, instance) = (try #require(value["schema"]), try #require(value["instance"]))
      let schema = try compiled[written] ?? JSONSchema(JSONReader(written))
      compiled[written] = schema
      let (problems, count) = try schema.problems(in: instance, maxDepth: 200)
      let valid = try reader.require("valid").bool()
      #expect((count == 0) == valid, "\(SchemaValue.text(value)): \(problems)")
    }
    #expect(cases.count > 500)
  }
}
