import HTTP
import Testing

@Suite struct ResponseTests {
  @Test func headersAreFoundWithoutRegardToCase() {
    let response = HTTPResponse(status: 429, headers: [HTTPHeader("Retry-After", "2")])
    #expect(response["retry-after"] == "2")
    #expect(response["x-other"] == nil)
  }
}
