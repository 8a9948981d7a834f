import Media
import Testing
import Wire

/// Whose uploads are whose, and which make room.
@Suite struct UploadStoreTests {
  private static let room = 1024

  private func store(_ total: Int, _ each: Int) -> UploadStore {
    var limits = UploadStore.Limits()
    (limits.maxBytes, limits.maxBytesPerOwner) = (total, each)
    return UploadStore(limits)
  }

  @discardableResult private func keep(_ name: String, _ count: Int, _ owner: String, in store: UploadStore) -> Bool {
    store.keep([UInt8](repeating: 7, count: count - Self.room), digest: name, for: owner)
  }

  @Test func aFileIsItsSendersAlone() async throws {
    let store = UploadStore()
    #expect(store.keep([1], digest: "a", for: "one"))
    #expect(store.isKept("a", for: "one") && !store.isKept("a", for: "two") && !store.isKept("b", for: "one"))
    #expect(store.keep([1], digest: "a", for: "two") && store.isKept("a", for: "two"))
    #expect(store.size == (1, 1025))
  }

  @Test func anAddressLeadsToTheBytes() async throws {
    let digest = Digest.sha256([9])
    let address = UploadStore.address(digest)
    #expect(address == "cupel:sha256:2b4c342f5433ebe591a1da77e013d1b72475562d48578dca8b84bac6651c3cb9")
    #expect(UploadStore.digest(address) == digest)
    for other in ["cupel:", "cupel:sha256:", address + "0", address.uppercased(), "cupel:md5:00", "data:,x"] {
      #expect(UploadStore.digest(other) == nil, "\(other)")
    }
  }

  @Test func theLongestUnusedMakesRoom() {
    let store = store(100_000, 30_000)
    for name in ["a", "b", "c"] { keep(name, 10_000, "one", in: store) }
    #expect(store.isKept("a", for: "one"))
    keep("d", 10_000, "one", in: store)
    #expect(["a", "b", "c", "d"].map { store.isKept($0, for: "one") } == [true, false, true, true])
    #expect(store.size == (3, 30_000))
  }

  @Test func whoHoldsTheMostGivesWay() {
    let store = store(50_000, 40_000)
    for name in ["a", "b", "c", "d"] { keep(name, 10_000, "greedy", in: store) }
    keep("x", 10_000, "modest", in: store)
    keep("y", 10_000, "third", in: store)
    #expect(store.isKept("x", for: "modest") && store.isKept("y", for: "third"))
    #expect(["a", "b", "c", "d"].map { store.isKept($0, for: "greedy") } == [false, true, true, true])
    #expect(store.size == (5, 50_000))
  }

  @Test func theSameBytesCountForEachAndAreKeptOnce() {
    let store = store(100_000, 20_000)
    keep("a", 15_000, "one", in: store)
    keep("a", 15_000, "two", in: store)
    #expect(store.size == (1, 15_000))
    // Room for one of them is no room for the other.
    keep("b", 15_000, "one", in: store)
    #expect(!store.isKept("a", for: "one") && store.isKept("a", for: "two"))
    keep("c", 15_000, "two", in: store)
    #expect(store.size == (2, 30_000))
  }

  @Test func whatCanNeverFitIsRefused() {
    let store = store(20_000, 10_000)
    #expect(keep("a", 10_000, "one", in: store) && !keep("b", 10_001, "one", in: store))
    #expect(store.isKept("a", for: "one") && store.size == (1, 10_000))
  }

  @Test func smallerLimitsHoldAtOnce() {
    let store = store(100_000, 50_000)
    for owner in ["one", "two"] {
      for name in ["a", "b", "c"] { keep(owner + name, 10_000, owner, in: store) }
    }
    var limits = UploadStore.Limits()
    (limits.maxBytes, limits.maxBytesPerOwner) = (30_000, 20_000)
    store.apply(limits)
    #expect(store.size == (3, 30_000))
  }

  /// Against a model that keeps lists: many owners, files and sizes, the same ones again and again.
  @Test(arguments: 0..<5) func sumsAreRight(seed: UInt64) {
    var random = seed &+ 0x9E37_79B9_7F4A_7C15
    func next(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }
    let store = store(60_000, 25_000)
    for _ in 0..<3000 {
      let (file, owner) = (next(40), "owner \(next(4))")
      if next(3) == 0 { _ = store.isKept("\(file)", for: owner) }
      keep("\(file)", 2000 + 300 * file, owner, in: store)
      let files = (0..<40).filter { file in (0..<4).contains { store.isKept("\(file)", for: "owner \($0)") } }
      let bytes = files.reduce(0) { $0 + 2000 + 300 * $1 }
      #expect(store.size == (files.count, bytes) && bytes <= 60_000)
    }
  }
}
