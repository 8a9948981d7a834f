/// A judge's own words about its certainty.
enum StatedConfidence {
  /// The number after the last `confidence` of a reply, as in `Confidence: 85%`, `<confidence>0.85</confidence>` or `"confidence": 0.85`. With a
  /// percent sign, or above 1, it is of a hundred. Nil where there is none, or where it is no probability.
  static func find(in text: String) -> Double? {
    let bytes = Array(text.utf8)
    let word = Array("confidence".utf8)
    var place = bytes.count - word.count
    while place >= 0 {
      if matches(bytes, at: place, word), let number = number(bytes, after: place + word.count) { return number }
      place -= 1
    }
    return nil
  }

  private static func matches(_ bytes: [UInt8], at place: Int, _ word: [UInt8]) -> Bool {
    word.indices.allSatisfy { bytes[place + $0] | 0x20 == word[$0] }
  }

  private static let between = Set("\"'>:=* \t".utf8)

  private static func number(_ bytes: [UInt8], after start: Int) -> Double? {
    var place = start
    // A few signs may stand between, and no other words: "confidence is high in 3 of them" states nothing.
    while place < bytes.count, place - start < 6, between.contains(bytes[place]) { place += 1 }
    guard place > start else { return nil }
    var end = place
    while end < bytes.count, (0x30...0x39).contains(bytes[end]) || bytes[end] == 0x2E { end += 1 }
    // A full stop behind the number ends its sentence.
    if end > place, bytes[end - 1] == 0x2E { end -= 1 }
    guard end > place, let number = Double(String(decoding: bytes[place..<end], as: UTF8.self)) else { return nil }
    let isPercent = end < bytes.count && bytes[end] == UInt8(ascii: "%")
    let share = isPercent || number > 1 ? number / 100 : number
    return share <= 1 ? share : nil
  }
}
