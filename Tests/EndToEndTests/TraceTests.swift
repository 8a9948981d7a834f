import CupelTesting
import JSON
import Testing

/// The trace of a request goes on to the servers that judges ask, from a client over the port of `cupel serve` to a scripted model server.
@Suite(.oneAtATime, .timeLimit(.minutes(10))) struct TraceTests {
  let scratch = Scratch()
  static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

  private func body(_ id: String) -> String {
    #"{"rubric": "mine", "items": [{"id": "\#(id)", "prompt": "2 + 2?", "response": "4"}]}"#
  }

  @Test func aTraceGoesOnToTheServersThatAreAsked() async throws {
    // The first request is tried twice: an attempt is no part of the trace.
    let model = try ModelServer { request in
      request.ordinal == 1 ? .error(503, retryAfter: "0") : .chat("<answer>4</answer>", for: request)
    }
    defer { model.close() }
    scratch.write("rubrics/mine.yaml", "name: mine\nversion: 1\ndescription: Is it right?\n")
    scratch.write(
      "cupel.yaml",
      """
      rubrics: [rubrics]
      judges:
        default: {plugin: openai, options: {url: "\(model.url)/v1", model: m}}
      serve:
        log: requests.jsonl
      """)
    let served = try await Served(in: scratch)
    let sound = ["traceparent": "00-\(Self.trace)-00f067aa0ba902b7-ff"]
    #expect(try await served.ask("/v1/judge", body("a"), headers: sound).status == 200)
    #expect(try await served.ask("/v1/judge", body("b")).status == 200)
    // What is no trace is not passed on, whatever it is.
    for (at, text) in ["00-\(Self.trace)-00f067aa0ba902b7-01-x", "ff-\(Self.trace)-00f067aa0ba902b7-01", "x"]
      .enumerated()
    {
      #expect(try await served.ask("/v1/judge", body("c\(at)"), headers: ["traceparent": text]).status == 200)
    }
    // From the cache: nobody is asked.
    #expect(try await served.ask("/v1/judge", body("a"), headers: sound).status == 200)
    let (status, errors) = await served.stop()
    #expect(status == 0, "\(errors)")

    let asked = model.requests.map { request in
      request.headers.filter { $0.name.lowercased() == "traceparent" }.map(\.value)
    }
    try #require(asked.count == 6)
    let first = try JSONParser.parse(try #require(scratch.lines("requests.jsonl").first))
    let span = try #require(first["span_id"]?.string)
    // Of the flags, those are passed on that have a meaning.
    #expect(asked[0] == ["00-\(Self.trace)-\(span)-03"] && asked[1] == asked[0])
    #expect(first["trace_id"]?.string == Self.trace && first["parent_id"] == "00f067aa0ba902b7")
    #expect(asked[2...].joined().isEmpty, "\(asked)")
  }
}
