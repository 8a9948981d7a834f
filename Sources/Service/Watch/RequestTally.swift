/// HTTP requests by route. Routes, methods, statuses and faults are closed sets: what a client writes is in none of them.
struct RequestTally: Sendable {
  struct Key: Labelled, Sendable {
    /// nil where there is no such route.
    let route: String?

    var labels: Exposition.Labels { [("route", route ?? "")] }
  }

  private struct Kind: Labelled, Sendable {
    let method: String
    let status: Int
    let fault: Fault.Code?

    var labels: Exposition.Labels {
      [("method", method), ("status", String(status)), ("fault", fault?.rawValue ?? "")]
    }
  }

  private var kinds: [Kind: Int] = [:]
  private var seconds = Histogram(Histogram.seconds)
  private var receivedBytes = 0
  private var sentBytes = 0
  private var cutShort = 0

  /// Counts a request.
  mutating func add(_ answered: Answered) {
    kinds[Kind(method: answered.method, status: answered.status, fault: answered.fault?.code), default: 0] += 1
    seconds.add(answered.took / .seconds(1))
    receivedBytes += answered.receivedBytes
    sentBytes += answered.sentBytes
    cutShort += answered.isWhole ? 0 : 1
  }

  /// Writes all tallies, family by family.
  static func write(_ tallies: [Key: RequestTally], to text: inout Exposition) {
    let all = tallies.labelled
    func counters(_ name: String, _ help: String, _ count: (RequestTally) -> Int) {
      text.family(name, .counter, help)
      for (labels, tally) in all { text.add(count(tally), labels) }
    }
    text.family(
      "cupel_http_requests_total", .counter, "Requests by route, method, status and, where it was refused, fault.")
    for (labels, tally) in all {
      for (own, count) in tally.kinds.labelled { text.add(count, labels + own) }
    }
    text.family(
      "cupel_http_request_seconds", .histogram, "From a request's last byte to the last byte of its answer.")
    for (labels, tally) in all { text.add(tally.seconds, labels) }
    counters("cupel_http_request_bytes_total", "Bytes of request bodies, inflated.") { $0.receivedBytes }
    counters("cupel_http_response_bytes_total", "Bytes of answers' bodies.") { $0.sentBytes }
    counters("cupel_http_cut_short_total", "Requests whose client left before it had the whole answer.") {
      $0.cutShort
    }
  }
}
