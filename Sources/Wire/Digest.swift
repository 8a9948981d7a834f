import Crypto

/// SHA-256 digests in the form that results and files carry: `sha256:` and 64 hexadecimal digits.
public enum Digest {
  /// The digest of a text's UTF-8 bytes.
  public static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }

  /// The digest of bytes.
  public static func sha256(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let hex = SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "sha256:" + String(decoding: hex, as: UTF8.self)
  }

  /// Randomness for one purpose: the first 8 bytes (big-endian) of SHA-256 over the parts, each preceded by its length
  /// in bytes and a colon, so that ("ab", "c") and ("a", "bc") differ. Thread order and batch composition cannot change
  /// it.
  public static func seed(_ parts: String...) -> UInt64 {
    let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
    return SHA256.hash(data: Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
