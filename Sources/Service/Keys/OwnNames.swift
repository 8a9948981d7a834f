import HTTPServing

/// Where there are no keys, being a program of this machine is the key. A page in a browser of this machine is none: by letting the name of its
/// own host point to 127.0.0.1 (DNS rebinding) it could ask as if it were of the same origin. Its requests then state that name.
enum OwnNames {
  /// Refuses a request for a host that is neither an address nor `localhost`.
  static func check(_ head: RequestHead) throws(Fault) {
    guard let host = head["Host"], !isOwn(host) else { return }
    throw Fault(
      .unauthorized,
      "without API keys, requests are answered that are for localhost or an address, and this one is for '\(host.prefix(100))'; see "
        + "serve.keys_file and serve.without_keys")
  }

  /// `127.0.0.1:8080`, `[::1]`, `localhost`: no name that somebody else could have made.
  static func isOwn(_ host: String) -> Bool {
    if host.utf8.first == UInt8(ascii: "[") { return true }
    let name = host.utf8.prefix { $0 != UInt8(ascii: ":") }
    return name.isEmpty || isAddress(name) || String(Substring(name)).lowercased() == "localhost"
  }

  /// Four numbers up to 255.
  private static func isAddress(_ name: Substring.UTF8View) -> Bool {
    var (numbers, digits, number) = (1, 0, 0)
    for byte in name {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9") where digits < 3:
        number = 10 * number + Int(byte - UInt8(ascii: "0"))
        digits += 1
      case UInt8(ascii: ".") where digits > 0 && number < 256: (numbers, digits, number) = (numbers + 1, 0, 0)
      default: return false
      }
    }
    return numbers == 4 && digits > 0 && number < 256
  }
}
