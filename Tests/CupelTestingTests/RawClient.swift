import CupelTesting
import Glibc

/// A client that writes and reads bytes as they are, so that the tests see what the server really sends.
final class RawClient {
  struct ConnectError: Error {}

  private let descriptor: Int32
  private var isOpen = true

  init(_ server: ModelServer) throws {
    if let path = server.socketPath {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      descriptor = try Self.connect(AF_UNIX, address)
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = server.port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      descriptor = try Self.connect(AF_INET, address)
    }
    // A server that does not answer fails the test, in place of holding it.
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout.size(ofValue: limit)))
  }

  private static func connect<Address>(_ family: Int32, _ address: Address) throws -> Int32 {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    var address = address
    let code = withUnsafeBytes(of: &address) { raw in
      raw.assumingMemoryBound(to: sockaddr.self).baseAddress.map { Glibc.connect(descriptor, $0, socklen_t(raw.count)) }
    }
    guard code == 0 else {
      Glibc.close(descriptor)
      throw ConnectError()
    }
    return descriptor
  }

  deinit { close() }

  func close() {
    if isOpen { Glibc.close(descriptor) }
    isOpen = false
  }

  func write(_ text: String) { write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) { _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

  /// What `POST path` looks like.
  func post(_ body: String, to path: String = "/v1/chat/completions", _ more: String = "") {
    write("POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// The next bytes: empty at the end, nil where the connection was reset.
  func read(_ limit: Int = 1 << 16) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &buffer, limit, 0)
    return count < 0 ? nil : Array(buffer[..<count])
  }

  /// Everything until the end of the connection, and whether that was a close and no reset.
  func readAll() -> (text: String, isClosed: Bool) {
    var bytes: [UInt8] = []
    while let more = read() {
      if more.isEmpty { return (String(decoding: bytes, as: UTF8.self), true) }
      bytes += more
    }
    return (String(decoding: bytes, as: UTF8.self), false)
  }

  /// One response whose length is stated.
  func response() -> RawResponse? {
    var bytes: [UInt8] = []
    while let more = read(), !more.isEmpty {
      bytes += more
      if let response = RawResponse(bytes), response.isComplete { return response }
    }
    return RawResponse(bytes)
  }
}

/// Head and body of what came.
struct RawResponse {
  let status: Int
  let headers: [String: String]
  let body: [UInt8]

  var isComplete: Bool { headers["content-length"].flatMap(Int.init) == body.count }
  var text: String { String(decoding: body, as: UTF8.self) }

  init?(_ bytes: [UInt8]) {
    let gap = bytes.indices.first { bytes[$0...].starts(with: [13, 10, 13, 10]) }
    guard let gap else { return nil }
    let lines = String(decoding: bytes[..<gap], as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count >= 2, let status = Int(words[1]) else { return nil }
    self.status = status
    headers = Dictionary(
      lines.dropFirst().map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (parts[0].lowercased(), parts.count > 1 ? parts[1].drop { $0 == " " }.description : "")
      }, uniquingKeysWith: { first, _ in first })
    body = Array(bytes[(gap + 4)...])
  }
}
