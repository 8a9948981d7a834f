import CupelTesting
import Synchronization
import Testing
import Wire

@testable import MediaFetching

/// A fetch that several wait for, and who may go.
@Suite struct SharedFetchesTests {
  /// A fetch that ends when its gate opens, or when it is cancelled.
  private final class Source: Sendable {
    let gate = Gate()
    private let counts = Mutex((begun: 0, cancelled: 0))
    var begun: Int { counts.withLock { $0.begun } }
    var cancelled: Int { counts.withLock { $0.cancelled } }

    @Sendable func fetch() async -> Result<[UInt8], Unscored> {
      counts.withLock { $0.begun += 1 }
      await gate.wait()
      guard Task.isCancelled else { return .success([7]) }
      counts.withLock { $0.cancelled += 1 }
      return .failure(Unscored(.cancelled, "by the source"))
    }
  }

  private static func until(_ condition: () -> Bool) async {
    let end = ContinuousClock.now + .seconds(60)
    while !condition(), ContinuousClock.now < end { await Task.yield() }
  }

  @Test func oneWhoGoesDoesNotTakeItFromTheOthers() async {
    let (fetches, source) = (SharedFetches<String>(), Source())
    let first = Task { await fetches.outcome(for: "a", source.fetch) }
    let second = Task { await fetches.outcome(for: "a", source.fetch) }
    await Self.until { fetches.waiting(for: "a") == 2 }
    first.cancel()
    // At once: the gate is still shut.
    #expect(await first.value == .failure(Unscored(.cancelled, "the fetch was cancelled")))
    #expect(fetches.waiting(for: "a") == 1)
    source.gate.open()
    #expect(await second.value == .success([7]))
    #expect(source.begun == 1 && source.cancelled == 0)
  }

  @Test func whenAllHaveGoneItEnds() async {
    let (fetches, source) = (SharedFetches<String>(), Source())
    let tasks = (0..<3).map { _ in Task { await fetches.outcome(for: "a", source.fetch) } }
    await Self.until { fetches.waiting(for: "a") == 3 && source.begun == 1 }
    for task in tasks { task.cancel() }
    for task in tasks { #expect(await task.value == .failure(Unscored(.cancelled, "the fetch was cancelled"))) }
    await Self.until { source.cancelled == source.begun }
    #expect(source.cancelled == source.begun)
    let later = Task { await fetches.outcome(for: "a", source.fetch) }
    source.gate.open()
    #expect(await later.value == .success([7]))
  }

  @Test func oneWhoIsGoneBeforeHeAsksStartsNothing() async {
    let (fetches, source) = (SharedFetches<String>(), Source())
    let gate = Gate()
    let task = Task {
      await gate.wait()
      return await fetches.outcome(for: "a", source.fetch)
    }
    task.cancel()
    #expect(await task.value == .failure(Unscored(.cancelled, "the fetch was cancelled")))
    #expect(source.begun == 0)
  }

  @Test func differentThingsAreFetchedApart() async {
    let (fetches, source) = (SharedFetches<String>(), Source())
    source.gate.open()
    #expect(await fetches.outcome(for: "a", source.fetch) == .success([7]))
    #expect(await fetches.outcome(for: "b", source.fetch) == .success([7]))
    #expect(await fetches.outcome(for: "a", source.fetch) == .success([7]))
    #expect(source.begun == 3)
  }
}
