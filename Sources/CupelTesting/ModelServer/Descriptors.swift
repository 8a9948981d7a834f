import Glibc

extension ModelServer {
  /// Descriptors of this process that belong to the server or are connected to it: 0 once both sides have closed
  /// everything. For tests that look for leaks; of a server on TCP.
  public var openDescriptors: Int {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return (0..<Int32(clamping: min(limit.rlim_cur, 1 << 20))).count { descriptor in
      Self.port(descriptor, getsockname) == port || Self.port(descriptor, getpeername) == port
    }
  }

  private static func port(
    _ descriptor: Int32, _ name: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> UInt16? {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout.size(ofValue: address))
    let code = withUnsafeMutableBytes(of: &address) { raw in
      raw.assumingMemoryBound(to: sockaddr.self).baseAddress.map { name(descriptor, $0, &size) }
    }
    guard code == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
    return UInt16(bigEndian: address.sin_port)
  }
}
