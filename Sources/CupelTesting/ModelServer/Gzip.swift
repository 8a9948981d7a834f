/// `bytes` as gzip (RFC 1952) of stored blocks (RFC 1951 §3.2.4): compressed by name only, and enough for a client that
/// does not unpack what it did not ask for.
func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
  var gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  var at = 0
  repeat {
    let count = min(0xFFFF, bytes.count - at)
    let isLast = at + count == bytes.count
    gzip += [isLast ? 1 : 0] + littleEndian(UInt16(count)) + littleEndian(~UInt16(count)) + bytes[at..<at + count]
    at += count
  } while at < bytes.count
  return gzip + littleEndian(crc32(bytes)) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// The check sum of RFC 1952 §8.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { part, _ in part & 1 == 1 ? (part >> 1) ^ 0xEDB8_8320 : part >> 1 }
  }
}
