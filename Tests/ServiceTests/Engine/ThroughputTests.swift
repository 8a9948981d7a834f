import Testing

@testable import Service

@Suite struct ThroughputTests {
  /// Judgments finished each second, for how long, and what that makes of 100 more after `idle` seconds without any.
  @Test(arguments: [
    (perSecond: 100, seconds: 60, idle: 0, wait: 1), (10, 60, 0, 10), (10, 5, 0, 10), (1, 60, 0, 60), (50, 1, 0, 2),
    (100, 60, 10, 3), (100, 60, 600, 60), (0, 0, 0, 1),
  ])
  func foreseesTheWait(_ perSecond: Int, _ seconds: Int, _ idle: Int, _ wait: Int) {
    var throughput = Throughput()
    let start = ContinuousClock.now
    for second in 0..<seconds {
      for step in 0..<perSecond {
        throughput.add(1, at: start + .seconds(second) + .seconds(1) * step / max(1, perSecond))
      }
    }
    let found = throughput.secondsFor(100, at: start + .seconds(seconds + idle))
    #expect(abs(found - wait) <= max(1, wait / 5), "\(found)")
    #expect((1...60).contains(found))
  }

  @Test func whatComesAtOnceIsARateToo() {
    var throughput = Throughput()
    let now = ContinuousClock.now
    throughput.add(1000, at: now)
    #expect(throughput.secondsFor(1, at: now) == 1)
    #expect(throughput.perSecond(at: now).map { $0 > 100 && $0 < 2000 } == true)
  }
}
