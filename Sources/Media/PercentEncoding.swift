import Wire

/// `%41` is `A` (RFC 3986, 2.1). Everything else stands for itself.
enum PercentEncoding {
  static func decode(_ text: some Collection<UInt8>) throws(Unscored) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(hexadecimal), let low = rest.next().flatMap(hexadecimal) else {
        throw Unscored(
          .invalidInput, "has a '%' without two hexadecimal digits after it; write '%25' for a percent sign")
      }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 65...70: digit - 55
    case 97...102: digit - 87
    default: nil
    }
  }
}
