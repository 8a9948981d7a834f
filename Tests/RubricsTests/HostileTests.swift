import Documents
import Testing

@testable import Rubrics

/// Files that are damaged at random: an error with a line, or a rubric, and never a crash.
@Suite struct HostileTests {
  /// SplitMix64: the same damage in every run.
  struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static let pieces: [[UInt8]] =
    [
      "{", "}", "[", "]", ": ", "- ", "? ", "&a ", "*a", "!!int ", "|", ">", "'", "\"", "\n", "\n  ", "\t", "#", "%",
      "@", "---\n", "...",
      "{rubric}", "{{", "\\u0000", "\\x", "1e999", "-", ".nan", "~", "9223372036854775808", "\u{FEFF}", "\u{2028}", "é",
    ].map { Array($0.utf8) } + [[0], [0xFF], [0xC3], [0xED, 0xA0, 0x80]]

  static let sources = [
    "code-review/rubric.yaml", "maths-answer/rubric.yaml", "styles/bracketed.yaml", "styles/flex-judge.yaml",
  ]

  @Test(arguments: sources) func damagedFilesAreReadOrRefused(source: String) throws {
    let original = Array(try Tree.text("\(Tree.rubrics)/\(source)").utf8)
    var random = SplitMix(state: UInt64(source.utf8.count))
    var outcomes = (read: 0, refused: 0)
    for _ in 0..<200 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...40, using: &random)))
        case 1: bytes.insert(contentsOf: try #require(Self.pieces.randomElement(using: &random)), at: at)
        default: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
        }
      }
      do {
        try load(bytes, isStyle: source.hasPrefix("styles"))
        outcomes.read += 1
      } catch let error as DocumentError {
        #expect(error.line != nil, "\(error)")
        outcomes.refused += 1
      } catch let errors as DocumentErrors {
        #expect(!errors.errors.isEmpty && errors.errors.allSatisfy { $0.line != nil }, "\(errors)")
        outcomes.refused += 1
      }
    }
    #expect(outcomes.refused > 30)
  }

  private func load(_ bytes: [UInt8], isStyle: Bool) throws {
    let document = try Document.parse(bytes, name: "damaged.yaml")
    if isStyle {
      _ = try Rubrics.Style(document)
    } else {
      _ = try Rubric(document, defaultName: "damaged") { (style) throws(StyleNotFound) in
        try Tree.library.findStyle(style, beside: Tree.fixtures)
      }
    }
  }

  /// A million bytes each of what parsers have choked on.
  static let bombs: [(name: String, text: String)] = [
    ("flow", String(repeating: "[", count: 1_000_000)),
    ("flow pairs", String(repeating: "{a: ", count: 250_000)),
    ("keys", (0..<90_000).map { "k\($0): 1\n" }.joined()),
    ("same line", String(repeating: "a: b, ", count: 160_000)),
    ("flow list", "[" + String(repeating: "1,", count: 499_000) + "]"),
    ("dashes", String(repeating: "- ", count: 500_000)),
    ("questions", String(repeating: "? ", count: 500_000)),
    ("quotes", String(repeating: "'", count: 1_000_000)),
    ("one word", String(repeating: "x", count: 1_000_000)),
    ("blank lines", String(repeating: "\n", count: 1_000_000) + "a"),
    ("indents", (0..<1400).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
    ("criteria", "criteria:\n" + String(repeating: "- {name: a}\n", count: 40_000)),
    ("labels", "description: x\nscale:\n  labels:\n" + (0..<50_000).map { "    l\($0): \($0)\n" }.joined()),
    (
      "anchors of a scale",
      "scale:\n  min: 0\n  max: 100000\n  anchors:\n" + (0..<50_000).map { "    \($0): x\n" }.joined()
    ),
    ("slots", "description: {" + (0..<40_000).map { "rubric\($0): x," }.joined() + "}"),
    ("anchors", (0..<50_000).map { "k\($0): &a\($0) 1\n" }.joined()),
    ("comments", String(repeating: "#", count: 1_000_000)),
    ("folds", "a: >\n" + String(repeating: "  x\n\n", count: 190_000)),
  ]

  @Test(arguments: bombs.map(\.name)) func isRefusedInTime(name: String) throws {
    let text = try #require(Self.bombs.first { $0.name == name }).text
    #expect(throws: (any Error).self) { try load(Array(text.utf8), isStyle: false) }
  }
}
