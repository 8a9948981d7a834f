import CupelTesting
import Foundation
import Media
import Testing

/// The plugin and the contract of plugins, its README and docs/media.md.
@Suite struct ContractTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// The folder of what was built.
  static let built = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  private func findings(_ library: String, _ sample: String, _ only: Set<String>?) -> [Conformance.Finding] {
    Conformance(
      file: library, sample: Fixture.folder.appending(path: "files/\(sample)").path,
      childCommand: [Self.built.appending(path: "cupel-check-child").path], deadlineMilliseconds: 120_000
    ).run(only: only)
  }

  @Test(arguments: ["plain.jpg", "alpha.webp", "delays.gif", "fast-start.mp4", "vp9.webm", "tone.opus", "deep.flac"])
  func keepsTheContract(sample: String) {
    let found = findings(Self.built.appending(path: "libcupel-ffmpeg.so").path, sample, nil)
    let own = found.filter { $0.check.hasPrefix("decoder") || ["file", "exports", "loads"].contains($0.check) }
    #expect(own.count == 10)
    for finding in own { #expect(finding.outcome == .success, "\(finding.check): \(finding.outcome)") }
  }

  /// In a process of its own: what FFmpeg has to say goes to one listener of a process.
  @Test func theLineOfTheReadmeBuildsIt() throws {
    let readme = try String(contentsOf: Self.root.appending(path: "Plugins/ffmpeg/README.md"), encoding: .utf8)
    let line = try #require(readme.split(separator: "\n").first { $0.hasPrefix("cc ") })
    let library = "\(NSTemporaryDirectory())/libcupel-ffmpeg-\(ProcessInfo.processInfo.processIdentifier).so"
    defer { try? FileManager.default.removeItem(atPath: library) }
    let command = "cd '\(Self.root.path)' && " + line.replacing("libcupel-ffmpeg.so", with: library)
    let build = try ChildProcess.run(["sh", "-c", command + " -Wall -Wextra -Werror"], deadlineMilliseconds: 240_000)
    #expect(build.end == .exited(0), "\(build.errorOutput)")
    let checks = ["file", "loads", "decoder-decodes"]
    #expect(findings(library, "delays.gif", Set(checks)).map(\.outcome) == [.success, .success, .success])
  }

  /// The words in backquotes in the first cells of the table that begins with `heading`.
  private func table(_ heading: String) throws -> Set<String> {
    let text = try String(contentsOf: Self.root.appending(path: "docs/media.md"), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0.hasPrefix("| \(heading) |") })
    let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }
    return Set(
      rows.flatMap { row in
        row.split(separator: "|")[0].split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map {
          String($0.element)
        }
      })
  }

  @Test func notesAndFactsAreThoseOfTheDocument() async throws {
    let notes = try table("note of `ffmpeg`"), facts = try table("fact of `ffmpeg`")
    var seenNotes: Set<String> = [], seenFacts: Set<String> = []
    var request = MediaRequest()
    request.imageSize = .fit(width: 8, height: 8)
    request.measuresLoudness = true
    for file in Fixture.files {
      guard case .success(let media) = await FFmpeg.outcome(try Fixture.bytes(file), request) else { continue }
      seenNotes.formUnion(media.noteCodes)
      seenFacts.formUnion(media.facts.map(\.key))
    }
    #expect(seenNotes.isSubset(of: notes), "\(seenNotes.subtracting(notes))")
    #expect(
      seenNotes.isSuperset(of: [
        "alpha", "clipped", "orientation", "interlaced", "streams", "bit_depth", "exif", "size",
      ]))
    #expect(seenFacts.isSubset(of: facts), "\(seenFacts.subtracting(facts))")
    #expect(facts.subtracting(seenFacts).isSubset(of: ["taken", "pixel_aspect", "sample_bits"]))
  }
}
