import JSON

/// What a plain YAML scalar means, by the core schema of YAML 1.2.2 (§10.3.2). YAML 1.1 also turned `no` into false, `1:30` into 90 and
/// `010` into 8; nobody who writes `labels: {no: 0}` wants that.
enum CoreSchema {
  /// The value of a plain scalar. Throws for NaN, infinities and numbers that fit neither 64-bit integers nor doubles.
  static func value(of text: String) throws(JSONError) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN": throw JSONError("NaN is not a value; leave the field out or write a number")
    default: break
    }
    let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    if [".inf", ".Inf", ".INF"].contains(unsigned) {
      throw JSONError("infinity is not a value; leave the field out or write a number")
    }
    if let whole = try integer(text, unsigned) { return .int(whole) }
    guard isDecimal(unsigned.utf8) else { return .string(text) }
    guard let number = Double(text), number.isFinite else {
      throw JSONError("\(text) does not fit a 64-bit floating-point number")
    }
    return .number(number)
  }

  /// `12`, `-3`, `0o17`, `0xff`; nil when it is no integer.
  private static func integer(_ text: String, _ unsigned: Substring) throws(JSONError) -> Int64? {
    let bases: [(prefix: String, radix: Int)] = [("0o", 8), ("0x", 16)]
    for (prefix, radix) in bases where text.hasPrefix(prefix) {
      let digits = text.dropFirst(2)
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.hexDigitValue.map { $0 < radix } == true }) else {
        return nil
      }
      guard let value = Int64(digits, radix: radix) else { throw JSONError("\(text) does not fit 64 bits") }
      return value
    }
    guard !unsigned.isEmpty, unsigned.utf8.allSatisfy(isDigit) else { return nil }
    guard let value = Int64(text) else { throw JSONError("\(text) does not fit 64 bits") }
    return value
  }

  /// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, without the sign.
  private static func isDecimal(_ bytes: Substring.UTF8View) -> Bool {
    var rest = bytes[...]
    func digits() -> Int {
      let count = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(count)
      return count
    }
    func skip(_ accepted: String) -> Bool {
      guard let first = rest.first, accepted.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    let whole = digits()
    let fraction = skip(".") ? digits() : 0
    guard whole + fraction > 0 else { return false }
    if skip("eE") {
      _ = skip("+-")
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
