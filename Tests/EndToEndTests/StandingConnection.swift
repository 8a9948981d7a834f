import Foundation

/// One connection to a server, kept from request to request, so that a test knows by which one it asks.
final class StandingConnection: Sendable {
  struct Refused: Error {}

  private let socket: Int32

  /// Connects to `http://127.0.0.1:PORT`.
  init(_ url: String) throws {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(URL(string: url)?.port ?? 0).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var limit = timeval(tv_sec: 100, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard connected == 0 else { throw Refused() }
  }

  deinit { close(socket) }

  /// One request, and all of the answer as it came.
  func ask(_ method: String, _ path: String, _ body: String = "") async throws -> (status: Int, text: String) {
    let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return try await send("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// Text as it is.
  func send(_ request: String) async throws -> (status: Int, text: String) {
    try await send(bytes: Array(request.utf8))
  }

  /// Bytes as they are.
  func send(bytes: [UInt8]) async throws -> (status: Int, text: String) {
    let text = await withCheckedContinuation { continuation in
      // On a thread of its own: those of the tests must not wait.
      Thread.detachNewThread { continuation.resume(returning: self.exchange(bytes)) }
    }
    guard let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { throw Refused() }
    return (status, text)
  }

  private func exchange(_ bytes: [UInt8]) -> String {
    guard Foundation.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return "" }
    var all: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while !Self.isWhole(all) {
      let count = recv(socket, &block, block.count, 0)
      if count <= 0 { break }
      all += block.prefix(count)
    }
    return String(decoding: all, as: UTF8.self)
  }

  private static func isWhole(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { return false }
    let length = text[..<end.lowerBound].components(separatedBy: "\r\n").first {
      $0.lowercased().hasPrefix("content-length:")
    }
    return text[end.upperBound...].utf8.count >= length.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
  }
}
