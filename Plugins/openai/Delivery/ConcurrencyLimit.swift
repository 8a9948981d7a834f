/// How many requests one server is given at once, found out while it works.
///
/// It starts at the most that is allowed, since a server that queues by itself (vLLM, SGLang) is best used full, and is
/// brought down by two signs:
///  - **refusals** (429, 503, 529): the limit is multiplied by 0.7. Requests that were sent before the last such cut
///    say nothing new, so a burst of refusals cuts once per round trip (additive increase, multiplicative decrease:
///    Chiu and Jain 1989; the factor is that of CUBIC, RFC 9438 §4.6).
///  - **latency**: over each window of about as many answers as are in flight, `gradient = 2 · long ÷ short`, held within
///    0.5…1, where `short` is the window's mean latency and `long` its exponential mean over some twenty windows; the limit
///    becomes `limit · gradient + √limit` (Gradient2 of Netflix's concurrency-limits). Latency of a judge follows the
///    length of its answers, hence means over windows and the tolerance of 2.
///
/// The `√limit` lets it grow again, from 1 to 256 in some thirty windows. While less than half of the limit is in use,
/// latency says nothing about the limit and nothing changes.
struct ConcurrencyLimit: Sendable {
  /// What the end of a request says about the load.
  enum Sign: Sendable, Hashable {
    case answered(latency: Duration)
    case refused
  }

  /// Requests at once.
  var value: Int { Int(limit) }
  private let most: Double
  private var limit: Double
  private var lastCut: ContinuousClock.Instant?
  private var long: Double?
  private var window = Window()

  private struct Window {
    var count = 0
    var seconds = 0.0
    var mostInFlight = 0
  }

  private static let cut = 0.7
  private static let tolerance = 2.0
  /// The weight of one window in the long mean.
  private static let weight = 0.05
  private static let leastWindow = 8

  /// A limit within 1…`most`, which starts at `most`.
  init(most: Int) {
    self.most = Double(max(1, most))
    limit = self.most
  }

  /// Takes note of a request that was sent at `start`, when `inFlight` requests were out, this one included.
  mutating func note(_ sign: Sign, start: ContinuousClock.Instant, inFlight: Int, now: ContinuousClock.Instant) {
    switch sign {
    case .refused:
      if let lastCut, start < lastCut { return }
      lastCut = now
      limit = max(1, limit * Self.cut)
      window = Window()
    case .answered(let latency):
      window.count += 1
      window.seconds += latency.seconds
      window.mostInFlight = max(window.mostInFlight, inFlight)
      if window.count >= max(Self.leastWindow, value) { closeWindow() }
    }
  }

  private mutating func closeWindow() {
    defer { window = Window() }
    let short = max(window.seconds / Double(window.count), 1e-6)
    let previous = long ?? short
    long = previous + (short - previous) * Self.weight
    // Half of one is less than one, so a limit of 1 counts as used.
    guard Double(window.mostInFlight) >= limit / 2 else { return }
    let gradient = min(1, max(0.5, Self.tolerance * previous / short))
    limit = min(most, max(1, limit * gradient + limit.squareRoot()))
  }
}
