import JSON
import OpenAI
import Testing

@Suite struct OptionsTests {
  @Test func emptyOptionsAreRefused() {
    #expect(throws: (any Error).self) { try OpenAIJudge(config: JSONReader(.object(JSONObject()))) }
  }
}
