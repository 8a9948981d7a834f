import JSON
import Testing
import Wire

/// Fixtures/digests.jsonl and seeds.jsonl, as make-digests.py writes them.
@Suite struct DigestTests {
  static let digests = Fixture.lines("digests.jsonl")
  static let seeds = Fixture.lines("seeds.jsonl")

  @Test(arguments: digests) func isSHA256(line: Fixture.Line) throws {
    let reader = JSONReader(line.value)
    let text = String(repeating: try reader.require("text").string(), count: try reader.require("times").int())
    let expected = try reader.require("sha256").string()
    #expect(Digest.sha256(text) == expected)
    #expect(Digest.sha256(Array(text.utf8)) == expected)
  }

  /// The two well-known examples of the SHA-256 standard, apart from any generator.
  @Test func agreesWithTheStandard() {
    #expect(
      Digest.sha256("abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest.sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }

  @Test func takesBytesThatAreNoText() {
    #expect(
      Digest.sha256([0, 0xFF, 0xC0, 0x80])
        == "sha256:12a0c13b7bf83b9d37afb7ae1832512a2f64ed1b9bb1418e5fb8de10938504cf")
  }

  @Test(arguments: seeds) func isPinned(line: Fixture.Line) throws {
    let reader = JSONReader(line.value)
    let parts = try reader.require("parts").array().map { try $0.string() }
    #expect(try seed(parts) == UInt64(try reader.require("seed").string()))
  }

  @Test func partsAreSeparateAndInOrder() throws {
    #expect(Digest.seed("ab", "c") != Digest.seed("a", "bc"))
    #expect(Digest.seed("a", "b") != Digest.seed("b", "a"))
    #expect(Digest.seed("a") != Digest.seed("a", ""))
    // Every row of the table is another list of parts, so every seed is another.
    let all = try Self.seeds.map { try JSONReader($0.value).require("seed").string() }
    #expect(Set(all).count == all.count)
  }

  /// Calls the variadic function with a list.
  private func seed(_ parts: [String]) throws -> UInt64 {
    switch parts.count {
    case 0: Digest.seed()
    case 1: Digest.seed(parts[0])
    case 2: Digest.seed(parts[0], parts[1])
    case 4: Digest.seed(parts[0], parts[1], parts[2], parts[3])
    case 5: Digest.seed(parts[0], parts[1], parts[2], parts[3], parts[4])
    default: throw JSONError("no call with \(parts.count) parts in this test")
    }
  }
}
