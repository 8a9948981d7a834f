/// Reads JSON as it usually comes, in one pass straight into values. Whatever it is not sure of it leaves to jansson: text that
/// is not valid, and the rarer things that may be. So what it gives is what jansson would have given, in a third of the time.
struct QuickReader {
  /// The text is for jansson.
  private struct Unsure: Error {}

  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var depth = 0
  /// Deeper nesting is left to jansson, whose limit is higher: this reader calls itself for each level.
  private static let deepest = 256

  /// The value that the text is; nil: jansson is to say what it is.
  static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> JSONValue? {
    var reader = QuickReader(bytes: bytes)
    do throws(Unsure) {
      let value = try reader.value()
      reader.skipSpace()
      // Not `nil`, which as a JSON value is null.
      return reader.at == bytes.count ? value : Optional.none
    } catch {
      return Optional.none
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x0A, 0x0D, 0x09: at += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    at += 1
    return true
  }

  private mutating func value() throws(Unsure) -> JSONValue {
    skipSpace()
    guard let next else { throw Unsure() }
    switch next {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try nested { reader throws(Unsure) in try reader.object() })
    case UInt8(ascii: "["): return .array(try nested { reader throws(Unsure) in try reader.array() })
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw Unsure()
    }
  }

  private mutating func nested<Value>(
    _ body: (inout QuickReader) throws(Unsure) -> Value
  ) throws(Unsure) -> Value {
    depth += 1
    guard depth <= Self.deepest else { throw Unsure() }
    at += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Unsure) -> JSONValue {
    let length = word.utf8CodeUnitCount
    guard bytes.count - at >= length,
      UnsafeBufferPointer(start: word.utf8Start, count: length).elementsEqual(bytes[at..<at + length])
    else { throw Unsure() }
    at += length
    return value
  }

  private mutating func array() throws(Unsure) -> [JSONValue] {
    var values: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return values }
    while true {
      values.append(try value())
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw Unsure() }
      return values
    }
  }

  private mutating func object() throws(Unsure) -> JSONObject {
    var members: [JSONObject.Member] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return JSONObject() }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw Unsure() }
      members.append(JSONObject.Member(key: key, value: try value()))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")), let object = JSONObject(members: members) else { throw Unsure() }
      return object
    }
  }

  private mutating func number() throws(Unsure) -> JSONValue {
    let start = at
    _ = take(UInt8(ascii: "-"))
    let first = next
    let digits = try skipDigits()
    guard digits == 1 || first != UInt8(ascii: "0") else { throw Unsure() }
    switch next {
    case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): break
    default: return .int(try integer(start..<at))
    }
    if take(UInt8(ascii: ".")) { _ = try skipDigits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      _ = try skipDigits()
    }
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<at]), as: UTF8.self)
    guard let number = Double(text), number.isFinite else { throw Unsure() }
    return .number(number)
  }

  /// How many there were: one or more.
  private mutating func skipDigits() throws(Unsure) -> Int {
    let start = at
    while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
    guard at > start else { throw Unsure() }
    return at - start
  }

  private func integer(_ range: Range<Int>) throws(Unsure) -> Int64 {
    let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
    var value: Int64 = 0
    for byte in bytes[range].dropFirst(isNegative ? 1 : 0) {
      let (tens, isTooMany) = value.multipliedReportingOverflow(by: 10)
      // Counted down where it is negative: there is one more of those.
      let digit = Int64(byte - UInt8(ascii: "0"))
      let (sum, isTooMuch) = tens.addingReportingOverflow(isNegative ? -digit : digit)
      if isTooMany || isTooMuch { throw Unsure() }
      value = sum
    }
    return value
  }

  // MARK: Strings

  private mutating func string() throws(Unsure) -> String {
    guard take(UInt8(ascii: "\"")) else { throw Unsure() }
    let start = at
    var all: UInt8 = 0
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return try text(UnsafeBufferPointer(rebasing: bytes[start..<at - 1]), isASCII: all < 0x80)
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw Unsure()
      default:
        all |= byte
        at += 1
      }
    }
    throw Unsure()
  }

  private func text(_ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool) throws(Unsure) -> String {
    // Several times as fast as the other, and the same where there is nothing to repair.
    if isASCII { return String(decoding: bytes, as: UTF8.self) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Unsure() }
    return text
  }

  /// A string whose first escape is here.
  private mutating func escapedString(from start: Int) throws(Unsure) -> String {
    var plain: [UInt8] = []
    plain.reserveCapacity(2 * (at - start) + 64)
    plain += bytes[start..<at]
    while let byte = next {
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        let isASCII = plain.allSatisfy { $0 < 0x80 }
        return try plain.withUnsafeBufferPointer { bytes throws(Unsure) in try text(bytes, isASCII: isASCII) }
      case UInt8(ascii: "\\"): try escape(&plain)
      case 0..<0x20: throw Unsure()
      default: plain.append(byte)
      }
    }
    throw Unsure()
  }

  private mutating func escape(_ plain: inout [UInt8]) throws(Unsure) {
    guard let byte = next else { throw Unsure() }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(byte)
    case UInt8(ascii: "n"): plain.append(0x0A)
    case UInt8(ascii: "t"): plain.append(0x09)
    case UInt8(ascii: "r"): plain.append(0x0D)
    case UInt8(ascii: "b"): plain.append(0x08)
    case UInt8(ascii: "f"): plain.append(0x0C)
    case UInt8(ascii: "u"):
      // NUL, and a half of a pair without the other, are jansson's to refuse.
      guard let scalar = Unicode.Scalar(try codePoint()), scalar.value != 0 else { throw Unsure() }
      plain += UTF8.encode(scalar).map(Array.init) ?? []
    default: throw Unsure()
    }
  }

  /// What `XXXX`, or `XXXX\uXXXX` where that is a pair, stands for; a half alone as it is.
  private mutating func codePoint() throws(Unsure) -> UInt32 {
    let unit = try hexadecimal()
    guard (0xD800..<0xDC00).contains(unit), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { return unit }
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low) else { throw Unsure() }
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
  }

  private mutating func hexadecimal() throws(Unsure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next else { throw Unsure() }
      at += 1
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
      default: throw Unsure()
      }
    }
    return value
  }
}
