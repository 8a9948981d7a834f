import Glibc

/// A bound socket. libmicrohttpd is handed one that listens, so that what cannot be bound is told in the system's words.
struct Listener {
  let socket: Int32
  let port: Int

  init(_ options: ServerOptions) throws(ServerError) {
    let (host, port) = (options.host, options.port)
    func refuse(_ why: String) -> ServerError { ServerError(description: "cannot listen on \(host):\(port): \(why)") }
    guard (0...65_535).contains(port) else { throw refuse("a port is 0 to 65535") }
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    guard code == 0, let address = found else { throw refuse(String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(found) }
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let socket = Glibc.socket(address.pointee.ai_family, type, 0)
    guard socket >= 0 else { throw refuse(Self.lastError) }
    var on: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    // Connections have it from the socket that they are accepted on. The system then tells of a client that takes nothing, as if it had
    // gone, whether its window stays shut or it does not confirm what it was sent (RFC 5482).
    var limit = UInt32(clamping: options.sendMilliseconds)
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, socklen_t(MemoryLayout<UInt32>.size))
    guard bind(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0, listen(socket, SOMAXCONN) == 0 else {
      let why = Self.lastError
      close(socket)
      throw refuse(why)
    }
    self.socket = socket
    self.port = Self.port(of: socket)
  }

  private static var lastError: String { String(cString: strerror(errno)) }

  private static func port(of socket: Int32) -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &length) }
      // The port stands at the same place in an IPv4 and an IPv6 address.
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
    }
  }
}
