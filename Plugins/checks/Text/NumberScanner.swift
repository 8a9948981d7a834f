/// A number found in a text, with every value that it may stand for: `50%` is 0.5 and also 50.
struct FoundNumber: Sendable, Hashable {
  let readings: [Double]
  let isPercent: Bool
}

/// Finds the numbers in what ``PlainMaths`` wrote, from the left. Not numbers: digits inside names (`H2O`, `x_1`), exponents
/// of units (`m^2`), dates and versions (`1/2/2024`, `1.2.3`), factors of a symbol (`2\pi`).
struct NumberScanner {
  private let bytes: [UInt8]
  private var at = 0

  init(_ plain: [UInt8]) { bytes = plain }

  mutating func next() -> FoundNumber? {
    while let start = findStart() {
      let negative = isSigned(start)
      let barred = isBarred(before: negative || isPlus(start) ? start - 1 : start)
      at = start
      guard let value = value(), !barred, !isFollowedBySymbol, value.isFinite else { continue }
      let signed = negative ? -value : value
      if takePercent() { return FoundNumber(readings: [signed / 100, signed], isPercent: true) }
      return FoundNumber(readings: [signed], isPercent: false)
    }
    return nil
  }

  private func byte(_ place: Int) -> UInt8 { place >= 0 && place < bytes.count ? bytes[place] : 0 }
  private func isDigit(_ place: Int) -> Bool { Bytes.isDigit(byte(place)) }

  /// The next digit, or full stop before a digit, that a number begins with.
  private mutating func findStart() -> Int? {
    while at < bytes.count {
      if isDigit(at) || (bytes[at] == UInt8(ascii: ".") && isDigit(at + 1)) { return at }
      if Bytes.isLetter(bytes[at]) || bytes[at] == UInt8(ascii: "_") {
        // A name takes the digits in it along.
        while at < bytes.count, Bytes.isAlphanumeric(bytes[at]) || bytes[at] == UInt8(ascii: "_") { at += 1 }
      } else {
        at += 1
      }
    }
    return nil
  }

  /// A minus directly before, which is no difference (`5-3`) and no hyphen (`type-2`).
  private func isSigned(_ start: Int) -> Bool {
    byte(start - 1) == UInt8(ascii: "-") && !endsTerm(start - 2)
  }

  private func isPlus(_ start: Int) -> Bool { byte(start - 1) == UInt8(ascii: "+") && !endsTerm(start - 2) }

  private func endsTerm(_ place: Int) -> Bool {
    Bytes.isAlphanumeric(byte(place)) || ")}]%".utf8.contains(byte(place))
  }

  /// Whether what stands before makes the digits part of something else: an exponent, an index, a symbol, a fraction whose
  /// top was no number.
  private func isBarred(before start: Int) -> Bool {
    var place = start - 1
    if byte(place) == UInt8(ascii: "-") { place -= 1 }
    if byte(place) == UInt8(ascii: "{") || byte(place) == UInt8(ascii: "(") { place -= 1 }
    if place < 0 { return false }
    return "^_/".utf8.contains(bytes[place]) || bytes[place] == PlainMaths.symbol
  }

  /// `2π` and `2 * π`.
  private var isFollowedBySymbol: Bool {
    var place = at
    while byte(place) == 0x20 || byte(place) == PlainMaths.thinSpace || byte(place) == UInt8(ascii: "*"), place - at < 3
    {
      place += 1
    }
    return byte(place) == PlainMaths.symbol
  }

  private mutating func takePercent() -> Bool {
    var place = at
    while byte(place) == 0x20 || byte(place) == PlainMaths.thinSpace, place - at < 2 { place += 1 }
    if byte(place) == UInt8(ascii: "%") {
      at = place + 1
      return true
    }
    guard byte(place) == UInt8(ascii: "p") else { return false }
    for word in ["percent", "per cent"] where bytes[min(place, bytes.count)...].starts(with: word.utf8) {
      at = place + word.utf8.count
      return !Bytes.isLetter(byte(at)) || byte(at) == UInt8(ascii: "s")
    }
    return false
  }
}

// The value of a number: 1,234.5e6, 1.5*10^3, 2^10, 3/4, 1 3/4.
extension NumberScanner {
  /// Moves past the number; nil when it turns out to be none.
  private mutating func value() -> Double? {
    guard let first = decimal() else { return nil }
    if let whole = first.whole, let part = mixedPart() { return whole + part }
    guard let divisorAt = fractionBar() else { return first.value }
    at = divisorAt
    guard let divisor = decimal(), divisor.value != 0 else { return nil }
    if byte(at) == UInt8(ascii: "/"), isDigit(at + 1) {
      while isDigit(at) || byte(at) == UInt8(ascii: "/") { at += 1 }
      return nil
    }
    return first.value / divisor.value
  }

  /// The place after a fraction bar that a digit follows.
  private func fractionBar() -> Int? {
    var place = at
    if byte(place) == 0x20 { place += 1 }
    guard byte(place) == UInt8(ascii: "/") else { return nil }
    place += 1
    if byte(place) == 0x20 { place += 1 }
    return isDigit(place) ? place : nil
  }

  /// The ` 3/4` of `1 3/4`: smaller than one, whole numbers.
  private mutating func mixedPart() -> Double? {
    var place = at
    while byte(place) == 0x20 || byte(place) == PlainMaths.thinSpace, place - at < 3 { place += 1 }
    guard place > at, let top = wholeNumber(&place), byte(place) == UInt8(ascii: "/") else { return nil }
    place += 1
    guard let bottom = wholeNumber(&place), top < bottom, byte(place) != UInt8(ascii: "/") else { return nil }
    at = place
    return top / bottom
  }

  private func wholeNumber(_ place: inout Int) -> Double? {
    let start = place
    while isDigit(place), place - start < 16 { place += 1 }
    guard place > start, !isDigit(place) else { return nil }
    return bytes[start..<place].reduce(0) { $0 * 10 + Double($1 - UInt8(ascii: "0")) }
  }

  /// Digits with separators, point and exponent; `whole` is set when they are nothing but digits.
  private mutating func decimal() -> (value: Double, whole: Double?)? {
    let start = at
    var digits = takeDigits()
    if digits.count <= 3 { digits += takeGroups() }
    if byte(at) == UInt8(ascii: "."), isDigit(at + 1) {
      at += 1
      digits += [UInt8(ascii: ".")] + takeDigits()
      if byte(at) == UInt8(ascii: "."), isDigit(at + 1) {
        while isDigit(at) || byte(at) == UInt8(ascii: ".") { at += 1 }
        return nil
      }
    }
    let isWhole = at - start == digits.count && !digits.contains(UInt8(ascii: "."))
    let text = String(decoding: digits.first == UInt8(ascii: ".") ? [0x30] + digits : digits, as: UTF8.self)
    if let exponent = takeExponent() { return Double("\(text)e\(exponent)").map { ($0, nil) } }
    guard let value = Double(text) else { return nil }
    if let power = takePower(at) { return (Self.power(value, power), nil) }
    return (value, isWhole ? value : nil)
  }

  private mutating func takeDigits() -> [UInt8] {
    let start = at
    while isDigit(at) { at += 1 }
    return Array(bytes[start..<at])
  }

  /// Groups of exactly three digits after the same separator: `,234,567`.
  private mutating func takeGroups() -> [UInt8] {
    let separator = byte(at)
    guard separator == UInt8(ascii: ",") || separator == PlainMaths.thinSpace else { return [] }
    var digits: [UInt8] = []
    while byte(at) == separator, isDigit(at + 1), isDigit(at + 2), isDigit(at + 3), !isDigit(at + 4) {
      digits += bytes[(at + 1)...(at + 3)]
      at += 4
    }
    return digits
  }

  /// `e-3`, `E5`, `*10^{-3}`, `x 10^5`.
  private mutating func takeExponent() -> Int? {
    if byte(at) | 0x20 == UInt8(ascii: "e") {
      var place = at + 1
      if let exponent = integer(&place), !Bytes.isLetter(byte(place)) {
        at = place
        return exponent
      }
      return nil
    }
    var place = at
    skipSpace(&place)
    guard byte(place) == UInt8(ascii: "*") || byte(place) | 0x20 == UInt8(ascii: "x") else { return nil }
    place += 1
    skipSpace(&place)
    guard byte(place) == UInt8(ascii: "1"), byte(place + 1) == UInt8(ascii: "0") else { return nil }
    return takePower(place + 2)
  }

  /// The exponent of `^5`, `^{-5}` or `**5` at `place`, moving past it; nil when there is none.
  private mutating func takePower(_ start: Int) -> Int? {
    var place = start
    if byte(place) == UInt8(ascii: "^") {
      place += 1
    } else if byte(place) == UInt8(ascii: "*"), byte(place + 1) == UInt8(ascii: "*") {
      place += 2
    } else {
      return nil
    }
    let braced = byte(place) == UInt8(ascii: "{") || byte(place) == UInt8(ascii: "(")
    if braced { place += 1 }
    guard let exponent = integer(&place) else { return nil }
    if braced { place += 1 }
    at = place
    return exponent
  }

  private func integer(_ place: inout Int) -> Int? {
    var cursor = place
    let negative = byte(cursor) == UInt8(ascii: "-")
    if negative || byte(cursor) == UInt8(ascii: "+") { cursor += 1 }
    guard let amount = wholeNumber(&cursor), amount <= 10_000 else { return nil }
    place = cursor
    return negative ? -Int(amount) : Int(amount)
  }

  private func skipSpace(_ place: inout Int) {
    for _ in 0..<2 where byte(place) == 0x20 || byte(place) == PlainMaths.thinSpace { place += 1 }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= base }
    return exponent < 0 ? 1 / result : result
  }
}
