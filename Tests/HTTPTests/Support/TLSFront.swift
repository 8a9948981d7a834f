import CupelTesting
import Glibc

/// A TLS server for `model.test` in front of a `ModelServer`, which offers HTTP/2: nghttpx, on a Unix socket, so that a URL
/// can name any host. Its certificate is signed by an authority of its own.
final class TLSFront: Sendable {
  let folder: String
  var socket: String { folder + "/tls.sock" }
  /// Where it speaks without TLS.
  var plainSocket: String { folder + "/plain.sock" }
  /// The authority's certificate.
  var caFile: String { folder + "/ca.pem" }
  private let program: Program

  struct StartError: Error {
    let reason: String
  }

  init(_ server: ModelServer) throws {
    var template = Array("/tmp/cupel-tls-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw StartError(reason: "no temporary folder") }
    folder = String(cString: made)
    try Self.makeCertificates(folder)
    program = try Program([
      "/usr/sbin/nghttpx", "--conf=/dev/null", "--no-ocsp", "--frontend-keep-alive-timeout=1h",
      "--frontend=unix:\(folder)/plain.sock;no-tls",
      "--frontend=unix:\(folder)/tls.sock",
      "--backend=127.0.0.1,\(server.port)", "--pid-file=\(folder)/pid", folder + "/key.pem", folder + "/cert.pem",
    ])
    guard waitUntilItListens() else {
      close()
      throw StartError(reason: "nghttpx does not listen")
    }
  }

  /// Stops it and removes its files.
  func close() {
    program.stop()
    _ = try? ChildProcess.run(["rm", "-rf", folder], deadlineMilliseconds: 10_000)
  }

  /// Connections of clients that are open now: the system lists each end that was accepted with the socket's path.
  var connections: Int {
    guard let file = fopen("/proc/net/unix", "r") else { return -1 }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    var count = 0
    while getline(&line, &capacity, file) > 0, let line {
      // State 03 is connected; 01 is the listening socket.
      let words = String(cString: line).split(whereSeparator: \.isWhitespace)
      if words.last == socket[...], words.count > 5, words[5] == "03" { count += 1 }
    }
    return count
  }

  private static func makeCertificates(_ folder: String) throws {
    let script = """
      set -e; cd "$0"
      new='openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
      $new -x509 -days 2 -subj '/CN=Cupel test authority' -keyout ca-key.pem -out ca.pem
      $new -subj '/CN=model.test' -keyout key.pem -out request.pem
      printf 'subjectAltName=DNS:model.test' > names
      openssl x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile names -out cert.pem
      """
    let made = try ChildProcess.run(["sh", "-c", script, folder], deadlineMilliseconds: 60_000)
    guard made.end == .exited(0) else { throw StartError(reason: "openssl: \(made.errorOutput)") }
  }

  /// It tells nobody when it is ready, so it is tried.
  private func waitUntilItListens() -> Bool {
    for _ in 0..<4000 {
      if isListening() { return true }
      usleep(5000)
    }
    return false
  }

  private func isListening() -> Bool {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socket.utf8) }
    return withUnsafeBytes(of: &address) { bytes in
      connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count)) == 0
    }
  }
}
