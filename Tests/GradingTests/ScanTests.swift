import Testing

@testable import Grading

@Suite struct ScanTests {
  @Test(arguments: [
    ("[[A]] or [[B]]", "[[", [0, 9]), ("aaaa", "aa", [0, 2]), ("é[[", "[[", [2]), ("[[\u{301}A]]", "[[", [0]),
    ("", "[[", []),
    ("[", "[[", []), ("[x[x[[", "[[", [4]), ("abc", "", []),
  ])
  func findsWordsByBytes(text: String, word: String, offsets: [Int]) {
    let found = Scan.ranges(of: word, in: text[...])
    #expect(found.map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) } == offsets)
    #expect(found.allSatisfy { text[$0].utf8.elementsEqual(word.utf8) })
    #expect(Scan.contains(word, in: text) == (word.isEmpty || !offsets.isEmpty))
  }

  /// Indices are those of the whole text, also where a part of it is searched.
  @Test func searchesPartsInPlace() {
    let text = "<answer>1</answer> <answer>2</answer>"
    let second = text[text.index(text.startIndex, offsetBy: 5)...]
    #expect(Scan.ranges(of: "<answer>", in: second).map { text[$0.upperBound] } == ["2"])
  }

  @Test(arguments: [
    ("", [""]), ("a", ["a"]), ("a\n", ["a", ""]), ("a\r\nb", ["a", "", "b"]),
    ("a\u{85}b\u{2028}c\u{2029}d", ["a", "b", "c", "d"]),
    ("\u{B}\u{C}", ["", "", ""]), ("é\u{2027}ü", ["é\u{2027}ü"]),
  ])
  func splitsLines(text: String, lines: [String]) { #expect(Scan.lines(of: text).map { String(text[$0]) } == lines) }

  @Test func compactsAwayWhiteSpace() {
    #expect(Scan.compacted(" a\tb\r\nc\u{A0}é ") == "abc\u{A0}é")
    #expect(Scan.compacted("").isEmpty)
  }

  @Test(arguments: [
    (#"say "x" and `y`"#, [#""x""#, "`y`"]), (#"one " alone"#, []), ("“a” «b» 「c」 “d", ["“a”", "«b»", "「c」"]),
    ("> quoted\nplain", ["> quoted"]), ("a <!-- b --> c", ["<!-- b -->"]),
    ("```\ncode\n```\nrest", ["```\ncode\n```"]), ("```\nnever closed", []),
  ])
  func knowsQuotations(text: String, quoted: [String]) {
    let quotation = Quotation(text, blocksQuote: true)
    let found = text.indices.flatMap { start in
      text.indices.filter { $0 > start }.map { start..<$0 } + [start..<text.endIndex]
    }
    .filter { quotation.contains($0) }
    // What is contained and cannot be made larger is a quotation.
    let largest = found.filter { range in
      !found.contains { $0 != range && $0.lowerBound <= range.lowerBound && $0.upperBound >= range.upperBound }
    }
    #expect(largest.map { String(text[$0]) } == quoted)
  }
}
