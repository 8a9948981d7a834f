/// Rewrites an answer so that a scanner of plain ASCII finds its numbers: LaTeX fractions, signs, spaces and commands,
/// superscripts, vulgar fractions and typographic signs become `3/4`, `-`, `*`, `^`. What cannot be a plain number (`\pi`,
/// `\sqrt{2}`, `∞`) becomes ``symbol``, so that `2\pi` is not read as 2. Other characters beyond ASCII become spaces.
struct PlainMaths {
  /// Stands for a factor that is not a number.
  static let symbol: UInt8 = 1
  /// Stands for a space that may separate thousands: a no-break or thin space, `\,`.
  static let thinSpace: UInt8 = 2

  private let source: [UInt8]
  private var at = 0
  private(set) var result: [UInt8] = []

  static func rewrite(_ source: ArraySlice<UInt8>) -> [UInt8] {
    let isPlain = source.allSatisfy {
      $0 < 0x80 && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "$") && $0 > symbol + 1
    }
    // `{,}` is the only other thing to rewrite.
    if isPlain, !source.contains(UInt8(ascii: "{")) { return Array(source) }
    var maths = PlainMaths(source: Array(source))
    maths.run()
    return maths.result
  }

  private init(source: [UInt8]) {
    self.source = source
    result.reserveCapacity(source.count)
  }

  private mutating func run() {
    while at < source.count {
      let byte = source[at]
      switch byte {
      case UInt8(ascii: "\\"): command()
      case UInt8(ascii: "$"): currency(1)
      case UInt8(ascii: "{") where source[at...].starts(with: "{,}".utf8):
        emit(",", taking: 3)
      case ..<0x80:
        result.append(byte < 0x20 ? 0x20 : byte)
        at += 1
      default: character()
      }
    }
  }

  private mutating func emit(_ text: String, taking count: Int) {
    result.append(contentsOf: text.utf8)
    at += count
  }

  private mutating func emit(_ byte: UInt8, taking count: Int) {
    result.append(byte)
    at += count
  }

  /// `-$5` is -5, `$5$` is 5.
  private mutating func currency(_ count: Int) {
    at += count
    if result.last != UInt8(ascii: "-"), result.last != UInt8(ascii: "+") { result.append(0x20) }
  }
}

// LaTeX commands.
extension PlainMaths {
  private static let fractions: Set = ["frac", "dfrac", "tfrac", "cfrac"]
  private static let products: Set = ["times", "cdot"]
  private static let wordless: Set = [
    "text", "textbf", "textit", "mathrm", "mathbf", "mathit", "mbox", "left", "right", "displaystyle", "quad", "qquad",
    "circ", "degree", "approx", "approxeq", "approximately", "simeq", "sim", "equiv", "le", "leq", "ge", "geq", "lt",
    "gt",
    "boxed", "fbox", "therefore", "implies", "rightarrow", "Rightarrow", "to", "pounds", "euro", "operatorname", "big",
    "Big", "bigl", "bigr", "boldsymbol", "bf", "rm", "tag", "newline", "hspace", "cdots", "ldots", "dots", "in", "pm",
  ]

  private mutating func command() {
    guard at + 1 < source.count else { return emit(0x20, taking: 1) }
    let next = source[at + 1]
    guard Bytes.isLetter(next) else {
      switch next {
      case UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: " "), UInt8(ascii: ";"), UInt8(ascii: ":"):
        return emit(Self.thinSpace, taking: 2)
      case UInt8(ascii: "%"): return emit("%", taking: 2)
      case UInt8(ascii: "$"): return currency(2)
      default: return emit(0x20, taking: next < 0x80 ? 2 : 1)
      }
    }
    let start = at + 1
    at = start
    // The longest known command has 13 letters; a longer run is none and is passed over a piece at a time.
    while at < source.count, at - start < 32, Bytes.isLetter(source[at]) { at += 1 }
    let name = String(decoding: source[start..<at], as: UTF8.self)
    if Self.fractions.contains(name) {
      fraction()
    } else if Self.products.contains(name) {
      result.append(UInt8(ascii: "*"))
    } else if Self.wordless.contains(name) {
      result.append(0x20)
    } else {
      skipArgument()
      result.append(Self.symbol)
    }
  }

  /// `\frac{3}{4}` and `\frac34` become `3/4` when both are plain numbers, otherwise a symbol.
  private mutating func fraction() {
    guard let top = argument(), let bottom = argument(), Self.isPlain(top), Self.isPlain(bottom) else {
      result.append(Self.symbol)
      return
    }
    if result.last != UInt8(ascii: "-"), result.last != UInt8(ascii: "+") { result.append(0x20) }
    let sign = UInt8(ascii: "-")
    if (top.first == sign) != (bottom.first == sign) { result.append(sign) }
    result.append(contentsOf: top.drop { $0 == sign })
    result.append(UInt8(ascii: "/"))
    result.append(contentsOf: bottom.drop { $0 == sign })
    result.append(0x20)
  }

  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes[...]
    return digits.first.map(Bytes.isDigit) == true && digits.allSatisfy { Bytes.isDigit($0) || $0 == UInt8(ascii: ".") }
  }

  /// The next `{…}` or single digit, without spaces and without separators of thousands. An argument of more than 64
  /// bytes is no plain number.
  private mutating func argument() -> [UInt8]? {
    while at < source.count, source[at] == 0x20 { at += 1 }
    guard at < source.count else { return nil }
    guard source[at] == UInt8(ascii: "{") else {
      defer { at += 1 }
      return Bytes.isDigit(source[at]) ? [source[at]] : nil
    }
    let end = min(at + 64, source.count)
    guard let close = source[at..<end].firstIndex(of: UInt8(ascii: "}")) else { return nil }
    defer { at = close + 1 }
    return source[(at + 1)..<close].filter { $0 != 0x20 && $0 != UInt8(ascii: ",") }
  }

  /// The `[3]{2}` of `\sqrt[3]{2}`: part of the symbol.
  private mutating func skipArgument() {
    for (open, close) in [("[", "]"), ("{", "}")] as [(Unicode.Scalar, Unicode.Scalar)] {
      guard at < source.count, source[at] == UInt8(ascii: open),
        let end = source[at..<min(at + 64, source.count)].firstIndex(of: UInt8(ascii: close))
      else { continue }
      at = end + 1
    }
  }
}

// Characters beyond ASCII.
extension PlainMaths {
  private mutating func character() {
    var length = 1
    while at + length < source.count, source[at + length] & 0xC0 == 0x80 { length += 1 }
    guard let scalar = String(decoding: source[at..<(at + length)], as: UTF8.self).unicodeScalars.first else {
      return emit(0x20, taking: length)
    }
    switch scalar {
    case "−": emit("-", taking: length)
    case "×", "·", "⋅": emit("*", taking: length)
    case "⁄", "∕": emit("/", taking: length)
    case "％": emit("%", taking: length)
    case "\u{A0}", "\u{202F}", "\u{2009}", "\u{2007}": emit(Self.thinSpace, taking: length)
    case "π", "√", "∞", "τ", "φ": emit(Self.symbol, taking: length)
    case "€", "£", "¥", "₹", "₽": currency(length)
    default:
      if let digit = Self.superscript(scalar) {
        if !wasSuperscript { result.append(UInt8(ascii: "^")) }
        emit(digit, taking: length)
      } else if let fraction = Self.vulgar(scalar) {
        emit(" \(fraction) ", taking: length)
      } else {
        emit(0x20, taking: length)
      }
    }
  }

  private var wasSuperscript: Bool {
    guard at > 0, source[at - 1] >= 0x80 else { return false }
    var start = at - 1
    while start > 0, source[start] & 0xC0 == 0x80 { start -= 1 }
    return String(decoding: source[start..<at], as: UTF8.self).unicodeScalars.first.flatMap(Self.superscript) != nil
  }

  private static func superscript(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar {
    case "¹": UInt8(ascii: "1")
    case "²": UInt8(ascii: "2")
    case "³": UInt8(ascii: "3")
    case "⁻": UInt8(ascii: "-")
    case "⁰", "⁴"..."⁹": UInt8(ascii: "0") + UInt8(scalar.value - 0x2070)
    default: nil
    }
  }

  private static func vulgar(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "½": "1/2"
    case "¼": "1/4"
    case "¾": "3/4"
    case "⅓": "1/3"
    case "⅔": "2/3"
    case "⅕": "1/5"
    case "⅖": "2/5"
    case "⅗": "3/5"
    case "⅘": "4/5"
    case "⅙": "1/6"
    case "⅚": "5/6"
    case "⅛": "1/8"
    case "⅜": "3/8"
    case "⅝": "5/8"
    case "⅞": "7/8"
    default: nil
    }
  }
}
