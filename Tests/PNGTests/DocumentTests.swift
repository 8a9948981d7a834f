import Media
import Testing
import Wire

/// docs/media.md says what the program does.
@Suite struct DocumentTests {
  private let lines: [String]
  private static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  init() throws {
    let bytes = try contents(of: Self.repository + "/docs/media.md")
    lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }

  /// The lines of the fenced block with the language `name`.
  private func block(_ name: String) throws -> [String] {
    let start = try #require(lines.firstIndex(of: "```\(name)"))
    return Array(lines[(start + 1)...].prefix { $0 != "```" })
  }

  /// The rows of the table under `heading`, cell by cell.
  private func table(_ heading: String) throws -> [[String]] {
    let start = try #require(lines.firstIndex(of: "## \(heading)"))
    let rows = lines[(start + 1)...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
    return rows.dropFirst(2).map { $0.split(separator: "|").map { $0.trimmed } }
  }

  /// The words in backquotes of a cell.
  private func names(_ cell: String) -> [String] {
    cell.split(separator: "`").enumerated().filter { $0.offset % 2 == (cell.hasPrefix("`") ? 0 : 1) }.map {
      String($0.element)
    }
  }

  @Test func referencesDoWhatIsSaid() async throws {
    let folder = Self.repository + "/docs"
    let loader = MediaLoader(decoders: [try #require(PNG.decoder)], roots: [folder], base: folder)
    let examples = try block("references")
    #expect(examples.count == 7)
    for example in examples {
      let sides = example.split(separator: " => ", maxSplits: 1).map(String.init)
      let found: String
      do throws(Unscored) {
        let image = try await loader.load(MediaReference(kind: .image, url: sides[0])).media.image
        found = image.map { "\($0.width) x \($0.height) pixels" } ?? "no picture"
      } catch {
        found = error.message
      }
      #expect(found == sides[1])
    }
  }

  @Test func limitsHaveTheirDefaults() throws {
    let limits = MediaLimits()
    let defaults = [
      "max_input_bytes": limits.maxInputBytes, "max_pixels": limits.maxPixels,
      "max_memory_bytes": limits.maxMemoryBytes,
      "max_chunk_bytes": limits.maxChunkBytes, "timeout_ms": limits.timeoutMilliseconds,
    ]
    let stated = try table("Limits").map { (names($0[0])[0], try #require(Int($0[1]))) }
    #expect(Dictionary(uniqueKeysWithValues: stated) == defaults)
    #expect(limits.background == [255, 255, 255])
  }

  @Test func notesAndFactsAreThoseOfTheFixtures() throws {
    var notes: Set = ["media_type", "extension", "size"]
    var facts: Set<String> = []
    for case .decodes(let someFacts, let someNotes, _) in Fixture.all.map(\.expected) {
      notes.formUnion(someNotes.map { $0[0] })
      facts.formUnion(someFacts.map { $0[0] })
    }
    #expect(Set(try table("Notes").flatMap { names($0[0]) }) == notes)
    #expect(Set(try table("Facts").flatMap { names($0[0]) }) == facts)
  }

  @Test func errorsAreThoseOfTheFixtures() throws {
    var errors: Set<String> = []
    for case .fails(let message) in Fixture.all.map(\.expected) { errors.insert(message) }
    let stated = try block("errors")
    #expect(stated.count == 7)
    for message in stated { #expect(errors.contains(message), "no fixture fails with: \(message)") }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
