/// Whether bytes are one JSON text by RFC 8259, without building it: one pass, no recursion, any depth, numbers of any
/// size, duplicate keys (which the grammar allows). The `JSON` parser is stricter than the grammar and has limits, so it
/// cannot say whether a response is valid; and this is about ten times as fast.
struct JSONSyntax {
  struct Problem: Equatable {
    let message: String
    let offset: Int

    func description(in bytes: ArraySlice<UInt8>) -> String {
      let before = bytes[..<min(max(offset, bytes.startIndex), bytes.endIndex)]
      let line = before.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
      let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 - before.startIndex } ?? 0) + 1
      return "\(message) at line \(line), column \(column)"
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  /// Nil when the bytes, which are valid UTF-8, are valid JSON.
  static func problem(in bytes: ArraySlice<UInt8>) -> Problem? {
    bytes.withUnsafeBufferPointer { buffer -> Problem? in
      var syntax = JSONSyntax(bytes: buffer)
      do throws(Failure) {
        try syntax.run()
        return nil
      } catch {
        return Problem(message: error.message, offset: bytes.startIndex + min(syntax.at, buffer.count))
      }
    }
  }

  private struct Failure: Error { let message: String }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  /// For each open container whether it is an object.
  private var open: [Bool] = []

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    at += 1
    return true
  }

  private mutating func run() throws(Failure) {
    skipSpace()
    guard current != nil else { throw Failure(message: "the text is empty") }
    repeat {
      guard try value() else { continue }
      try closeAndSeparate()
    } while !open.isEmpty
    skipSpace()
    if current != nil { throw Failure(message: "text after the value") }
  }

  /// Reads a value up to its end, or opens a container; false when the container has an element to read first.
  private mutating func value() throws(Failure) -> Bool {
    skipSpace()
    switch current {
    case UInt8(ascii: "{"):
      at += 1
      skipSpace()
      if take(UInt8(ascii: "}")) { return true }
      open.append(true)
      try key()
      return false
    case UInt8(ascii: "["):
      at += 1
      skipSpace()
      if take(UInt8(ascii: "]")) { return true }
      open.append(false)
      return false
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try number()
    }
    return true
  }

  /// After a value: closes the containers that end here, or moves to the next element.
  private mutating func closeAndSeparate() throws(Failure) {
    while let isObject = open.last {
      skipSpace()
      if take(UInt8(ascii: ",")) {
        if isObject {
          skipSpace()
          try key()
        }
        return
      }
      guard take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
        throw Failure(message: current == nil ? "the text ends too early" : "expected ',' or '\(isObject ? "}" : "]")'")
      }
      open.removeLast()
    }
  }

  private mutating func key() throws(Failure) {
    guard current == UInt8(ascii: "\"") else { throw Failure(message: "expected a key in double quotes") }
    try string()
    skipSpace()
    guard take(UInt8(ascii: ":")) else { throw Failure(message: "expected ':'") }
  }

  private mutating func word(_ word: StaticString) throws(Failure) {
    for offset in 0..<word.utf8CodeUnitCount {
      guard take(word.utf8Start[offset]) else { throw Failure(message: "expected \(word)") }
    }
  }

  private mutating func string() throws(Failure) {
    at += 1
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at += 1
        return
      }
      if byte < 0x20 { throw Failure(message: "a control character in a string") }
      at += 1
      if byte == UInt8(ascii: "\\") { try escape() }
    }
    throw Failure(message: "a string without its end")
  }

  private mutating func escape() throws(Failure) {
    guard let byte = current, "\"\\/bfnrtu".utf8.contains(byte) else { throw Failure(message: "an unknown escape") }
    at += 1
    guard byte == UInt8(ascii: "u") else { return }
    let unit = try hexUnit()
    if unit & 0xFC00 == 0xDC00 { throw Failure(message: "half of a surrogate pair") }
    guard unit & 0xFC00 == 0xD800 else { return }
    guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), try hexUnit() & 0xFC00 == 0xDC00 else {
      throw Failure(message: "half of a surrogate pair")
    }
  }

  private mutating func hexUnit() throws(Failure) -> Int {
    var unit = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw Failure(message: "expected four hexadecimal digits")
      }
      unit = unit << 4 | digit
      at += 1
    }
    return unit
  }

  private mutating func number() throws(Failure) {
    let signed = take(UInt8(ascii: "-"))
    guard let first = current, Bytes.isDigit(first) else {
      throw Failure(
        message: signed ? "expected a digit" : current == nil ? "the text ends too early" : "expected a value")
    }
    at += 1
    if first != UInt8(ascii: "0") { takeDigits() }
    if take(UInt8(ascii: ".")) { try someDigits() }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      at += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try someDigits()
    }
  }

  private mutating func someDigits() throws(Failure) {
    guard let byte = current, Bytes.isDigit(byte) else { throw Failure(message: "expected a digit") }
    takeDigits()
  }

  private mutating func takeDigits() {
    while at < bytes.count, Bytes.isDigit(bytes[at]) { at += 1 }
  }
}
