import Glibc

/// A listening socket.
struct Listener {
  let descriptor: Int32
  /// 0 of a Unix socket.
  let port: UInt16

  /// Listens on the Unix socket `path` where there is one, and otherwise on the port.
  init(path: String?, port: UInt16) throws(ModelServer.StartError) {
    if let path { try self.init(path: path) } else { try self.init(port: port) }
  }

  /// Listens on a port of 127.0.0.1, which a ``PortReservation`` may hold.
  init(port: UInt16) throws(ModelServer.StartError) {
    (descriptor, self.port) = try Self.bound(port: port)
    guard listen(descriptor, 4096) == 0 else { throw Self.failed("127.0.0.1:\(port)", closing: descriptor) }
  }

  /// A socket on 127.0.0.1 that does not listen yet; port 0 is one that is free.
  fileprivate static func bound(port: UInt16) throws(ModelServer.StartError) -> (descriptor: Int32, port: UInt16) {
    let descriptor = try Self.socket(AF_INET)
    var yes: Int32 = 1
    for option in [SO_REUSEADDR, SO_REUSEPORT] {
      setsockopt(descriptor, SOL_SOCKET, option, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout.size(ofValue: address))
    let code = withUnsafeMutableBytes(of: &address) { raw in
      guard let start = raw.assumingMemoryBound(to: sockaddr.self).baseAddress else { return Int32(-1) }
      return bind(descriptor, start, size) == 0 ? getsockname(descriptor, start, &size) : -1
    }
    guard code == 0 else { throw Self.failed("127.0.0.1:\(port)", closing: descriptor) }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  /// Listens on a Unix socket; the file must not exist.
  init(path: String) throws(ModelServer.StartError) {
    port = 0
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count < room else {
      throw ModelServer.StartError(
        description: "the path of a Unix socket has at most \(room - 1) bytes, '\(path)' has \(bytes.count)")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    descriptor = try Self.socket(AF_UNIX)
    let descriptor = descriptor
    let code = withUnsafeBytes(of: &address) { raw in
      guard let start = raw.assumingMemoryBound(to: sockaddr.self).baseAddress else { return Int32(-1) }
      return bind(descriptor, start, socklen_t(raw.count)) == 0 ? listen(descriptor, 4096) : -1
    }
    guard code == 0 else { throw Self.failed(path, closing: descriptor) }
  }

  func close() { Glibc.close(descriptor) }

  private static func socket(_ family: Int32) throws(ModelServer.StartError) -> Int32 {
    let descriptor = Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else {
      throw ModelServer.StartError(description: "no socket: \(String(cString: strerror(errno)))")
    }
    makeNonBlocking(descriptor)
    return descriptor
  }

  private static func failed(_ place: String, closing descriptor: Int32) -> ModelServer.StartError {
    let reason = String(cString: strerror(errno))
    Glibc.close(descriptor)
    return ModelServer.StartError(description: "cannot listen on \(place): \(reason)")
  }
}

/// A port that stays a server's own while it refuses connections: a socket is bound to it and never listens, so the system
/// gives the port to nobody else who asks for any.
struct PortReservation {
  let port: UInt16
  private let descriptor: Int32

  init() throws(ModelServer.StartError) { (descriptor, port) = try Listener.bound(port: 0) }

  func close() { Glibc.close(descriptor) }
}

/// Also keeps the descriptor from programs that are started meanwhile.
func makeNonBlocking(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
}
