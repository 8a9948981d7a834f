import Glibc
import Synchronization

/// A forward proxy of the least kind: it answers plain requests itself with their request line, and lets `CONNECT` through to
/// one Unix socket, or refuses it.
final class Relay: Sendable {
  let url: String
  private let listener: Int32
  private let target: String?
  private let lines = Mutex<[String]>([])
  private let open = Mutex<(descriptors: Set<Int32>, isClosed: Bool)>(([], false))

  /// What was asked of it: the request lines.
  var requestLines: [String] { lines.withLock { $0 } }

  /// `target` is the Unix socket behind it; nil: `CONNECT` is answered with 403.
  init(target: String?) {
    self.target = target
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutableBytes(of: &address) { [listener] bytes in
      let plain = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
      guard let plain else { return false }
      return bind(listener, plain, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, plain, &size) == 0
    }
    precondition(isListening, "no port: \(String(cString: strerror(errno)))")
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    detach { self.accept() }
  }

  func close() {
    // A thread that waits for a connection, or for bytes, is woken by the end.
    shutdown(listener, Int32(SHUT_RDWR))
    Glibc.close(listener)
    open.withLock { open in
      open.isClosed = true
      for descriptor in open.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  private func accept() {
    while case let client = Glibc.accept(listener, nil, nil), client >= 0 {
      detach { self.serve(client) }
    }
  }

  private func serve(_ client: Int32) {
    guard enter(client) else { return }
    defer { leave(client) }
    guard let line = readHead(client)?.prefix(while: { !$0.isNewline }).description else { return }
    lines.withLock { $0.append(line) }
    guard line.hasPrefix("CONNECT ") else {
      send(client, "HTTP/1.1 200 OK\r\nContent-Length: \(line.utf8.count)\r\nConnection: close\r\n\r\n\(line)")
      return
    }
    guard let target, let server = connectTo(target), enter(server) else {
      send(client, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
      return
    }
    defer { leave(server) }
    send(client, "HTTP/1.1 200 Connection established\r\n\r\n")
    pump(client, server)
  }

  /// Both ways, until one side ends.
  private func pump(_ one: Int32, _ other: Int32) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      var waiting = [one, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&waiting, 2, -1) > 0 else { return }
      for at in 0..<2 where waiting[at].revents != 0 {
        let count = read(waiting[at].fd, &buffer, buffer.count)
        guard count > 0 else { return }
        send(waiting[1 - at].fd, buffer[..<count])
      }
    }
  }

  private func readHead(_ client: Int32) -> String? {
    var head: [UInt8] = [], byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard head.count < 64 << 10, read(client, &byte, 1) == 1 else { return nil }
      head.append(byte)
    }
    return String(decoding: head, as: UTF8.self)
  }

  private func connectTo(_ path: String) -> Int32? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafeBytes(of: &address) { bytes in
      connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
    }
    return code == 0 ? descriptor : nil
  }

  private func send(_ descriptor: Int32, _ text: String) { send(descriptor, Array(text.utf8)[...]) }

  private func send(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) {
    var left = bytes
    while !left.isEmpty {
      let count = left.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count <= 0 { return }
      left = left.dropFirst(count)
    }
  }

  private func enter(_ descriptor: Int32) -> Bool {
    open.withLock { open in
      guard !open.isClosed else {
        Glibc.close(descriptor)
        return false
      }
      open.descriptors.insert(descriptor)
      return true
    }
  }

  private func leave(_ descriptor: Int32) {
    open.withLock { open in
      open.descriptors.remove(descriptor)
      Glibc.close(descriptor)
    }
  }
}

private func detach(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread: pthread_t = 0
  let code = pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, Unmanaged.passRetained(Box(body)).toOpaque())
  precondition(code == 0, "no thread")
  pthread_detach(thread)
}
