import Glibc
import Synchronization

/// An HTTP/1.1 server for tests that stands in for a model server: it answers as it was told, misbehaves on command, and
/// remembers what it was asked.
///
/// ```swift
/// let server = try ModelServer { request in
///   request.times == 1 ? .error(503, retryAfter: "0") : .chat("[[A]]")
/// }
/// defer { server.close() }
/// // … call server.url …
/// #expect(server.requests.count == 2)
/// ```
///
/// One thread serves every connection (thousands of them), on 127.0.0.1 with a port that was free, or on a Unix socket.
public final class ModelServer: Sendable {
  /// What the server says to a request: a pure function, called on the server's thread in the order in which requests
  /// are complete.
  public typealias Script = @Sendable (Request) -> Reply

  /// `http://127.0.0.1:PORT`, or `http://localhost` of a server on a Unix socket.
  public let url: String
  /// The TCP port; 0 of a server on a Unix socket.
  public let port: UInt16
  /// The path of the Unix socket; nil of a server on TCP.
  public let socketPath: String?
  let shared: SharedState
  private let reservation: PortReservation?
  private let thread: Mutex<pthread_t?>

  /// The server could not be started, or not listen again.
  public struct StartError: Error, CustomStringConvertible {
    /// The step and the system's reason.
    public let description: String
  }

  /// A server that listens when this returns. Without a script every request is answered with 404.
  ///
  /// `socketPath` makes it listen there, on a file that must not exist yet, in place of TCP. Requests beyond `logLimit`
  /// are answered and counted, and are not kept.
  public init(
    socketPath: String? = nil, logLimit: Int = 100_000, script: @escaping Script = { .unknownPath($0) }
  ) throws(StartError) {
    reservation = socketPath == nil ? try PortReservation() : nil
    let listener: Listener
    do throws(StartError) {
      listener = try Listener(path: socketPath, port: reservation?.port ?? 0)
    } catch {
      reservation?.close()
      throw error
    }
    self.socketPath = socketPath
    port = listener.port
    url = socketPath == nil ? "http://127.0.0.1:\(listener.port)" : "http://localhost"
    var wake: [Int32] = [-1, -1]
    guard pipe(&wake) == 0 else {
      listener.close()
      reservation?.close()
      throw StartError(description: "no pipe: \(String(cString: strerror(errno)))")
    }
    for end in wake { makeNonBlocking(end) }
    shared = SharedState(wake: wake[1], logLimit: logLimit, script: script)
    let launch = Unmanaged.passRetained(Launch(shared: shared, listener: listener.descriptor, wake: wake[0]))
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, runEventThread, launch.toOpaque())
    guard code == 0 else {
      launch.release()
      listener.close()
      reservation?.close()
      for end in wake { Glibc.close(end) }
      throw StartError(description: "no thread: \(String(cString: strerror(code)))")
    }
    self.thread = Mutex(thread)
  }

  deinit { close() }

  /// Ends every connection and the server; returns when its thread has ended. Calling it again does nothing.
  public func close() {
    guard let thread = thread.withLock({ $0.take() }) else { return }
    shared.post(.stop)
    pthread_join(thread, nil)
    shared.shutWake()
    reservation?.close()
    if let socketPath { unlink(socketPath) }
  }

  /// From the next request on, `script` says what is answered.
  public func answer(_ script: @escaping Script) { shared.setScript(script) }

  /// What is done with a new connection, by its ordinal number (1 is the first); ``Admission/serve`` unless stated.
  public func admit(_ rule: @escaping @Sendable (Int) -> Admission) { shared.setAdmission(rule) }

  /// What is done with a request that says `Expect: 100-continue`; ``Expectation/confirm`` unless stated.
  public func setExpectation(_ expectation: Expectation) { shared.setExpectation(expectation) }

  /// Closes the listening socket: who connects now is refused. Returns when it is closed.
  public func refuseConnections() async {
    shared.post(.refuse)
    await until { !$0.isListening }
  }

  /// Listens again, on the same port or path.
  public func acceptConnections() throws(StartError) {
    if let socketPath { unlink(socketPath) }
    let listener = try Listener(path: socketPath, port: port)
    shared.post(.listen(listener.descriptor))
  }

  /// What is done with a connection before anything is read from it.
  public enum Admission: Sendable, Hashable {
    /// Requests are read and answered.
    case serve
    /// It is closed at once.
    case close
    /// It is reset at once (`RST`, through a linger time of 0).
    case reset
    /// It stays open, and nothing is ever read from it.
    case ignore
  }

  /// What is done with a request that wants to be told to go on before it sends its body.
  public enum Expectation: Sendable, Hashable, CaseIterable {
    /// `100 Continue` is sent.
    case confirm
    /// Nothing is sent before the body is there.
    case keepSilent
    /// `417 Expectation Failed` is sent, and the connection closed.
    case refuse
  }
}
