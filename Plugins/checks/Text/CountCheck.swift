import JSON

/// Counts something in the response: `word_count: {min: 10, max: 200}`, or `word_count: true` with a scoring option.
struct CountCheck: Check {
  static let words = kind("word_count", "word", PythonText.wordCount)
  static let sentences = kind("sentence_count", "sentence", SentenceSplitter.count)
  static let characters = kind("character_count", "character") { $0.codePointCount }
  static let lines = kind("line_count", "line", lines)

  private let noun: String
  private let bounds: Bounds
  private let count: @Sendable (Text) -> Int

  var scoresItself: Bool { bounds.areGiven }

  func measure(_ subject: Subject) throws(Unscorable) -> Measurement {
    let amount = count(try subject.responseText())
    return bounds.measure(Double(amount), Reason.count(amount, noun))
  }

  private static func kind(
    _ name: String, _ noun: String, _ count: @escaping @Sendable (Text) -> Int
  ) -> CheckKind {
    CheckKind(name) { (arguments) throws(JSONError) in
      CountCheck(noun: noun, bounds: try Bounds.read(arguments.argument), count: count)
    }
  }

  /// Line feeds, and one more when text follows the last of them.
  private static func lines(_ text: Text) -> Int {
    let feeds = text.bytes.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    return feeds + (text.bytes.last.map { $0 != 0x0A } == true ? 1 : 0)
  }
}
