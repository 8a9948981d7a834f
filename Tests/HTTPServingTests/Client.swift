import Foundation

/// A client that sends bytes as they are: the tests are about what a well-behaved client would never send. What it waits for,
/// it waits for on a thread of its own: those that the tests run on are the ones that requests are answered on.
final class Client: Sendable {
  private let socket: Int32

  /// Connects to the loopback port; every read is given up after a hundred seconds, which no answer takes on a busy machine.
  init(port: Int) {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    precondition(connected == 0, "cannot connect to port \(port)")
    var limit = timeval(tv_sec: 100, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// False where the server takes no more.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  /// What the server sends until it closes, or until `isEnough`.
  func receive(until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }) async -> String {
    await onThread { self.receiveNow(isEnough) }
  }

  private func receiveNow(_ isEnough: (String) -> Bool) -> String {
    var all: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = recv(socket, &block, block.count, 0)
      if count <= 0 { break }
      all += block.prefix(count)
      if isEnough(String(decoding: all, as: UTF8.self)) { break }
    }
    return String(decoding: all, as: UTF8.self)
  }

  /// One request on this connection, and the answer to it: status and body. The answer must state its length.
  func ask(
    _ method: String = "POST", _ target: String = "/", headers: [String] = [], body: [UInt8] = []
  ) async -> (status: Int, body: String) {
    let length = body.isEmpty && method == "GET" ? [] : ["Content-Length: \(body.count)"]
    let lines = ["\(method) \(target) HTTP/1.1", "Host: t"] + headers + length
    send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    return Self.parse(await receive { Self.isWhole($0) })
  }

  static func parse(_ text: String) -> (status: Int, body: String) {
    let status = Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
    let body = text.firstRange(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    return (status, body)
  }

  static func isWhole(_ text: String) -> Bool {
    guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
    let length = text[..<end.lowerBound].split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
    guard let length = length.flatMap({ Int($0.split(separator: " ").last ?? "") }) else { return false }
    return text[end.upperBound...].utf8.count >= length
  }
}

/// Runs `body` where it may block.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}
