import CCurl
import Glibc
import Synchronization

/// Sends requests over connections that it keeps, thousands at a time, on one thread of its own with libcurl.
///
/// - Each `send` ends exactly once: with a whole answer, or with why there is none; at the latest at the request's total
///   timeout.
/// - One `send` is one attempt: nothing is sent again and no redirect is followed.
/// - Certificates are always checked.
public final class HTTPClient: HTTPTransport {
  private let options: HTTPClientOptions
  private let mailbox: Mailbox
  private let thread: Mutex<pthread_t?>

  /// Starts the client's thread. Throws where an option is no good, or the system gives no thread.
  public init(_ options: HTTPClientOptions = HTTPClientOptions()) throws(HTTPOptionError) {
    try options.validate()
    guard Self.libcurl == CURLE_OK else {
      throw HTTPOptionError(option: "client", message: "libcurl: \(String(cString: curl_easy_strerror(Self.libcurl)))")
    }
    self.options = options
    let poller = try Poller()
    let mailbox = Mailbox(poller)
    self.mailbox = mailbox
    let effective = options.withProxyVariablesRead
    let start = ThreadStart {
      guard let loop = EventLoop(effective, mailbox, poller) else {
        fatalError("libcurl cannot be set up: out of memory")
      }
      loop.run()
    }
    thread = Mutex(try start.begin())
  }

  deinit { close() }

  /// Makes one exchange; see ``HTTPTransport/send(_:)``.
  public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    let exchange = Exchange(request, maxHeaderBytes: options.maxHeaderBytes)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchange.expect(continuation)
        mailbox.submit(exchange)
      }
    } onCancel: {
      mailbox.cancel(exchange)
    }
    return try result.get()
  }

  /// Ends what is on its way as `cancelled`, and whatever is sent later; returns when all connections are closed. Not to be
  /// called twice at once by those who must not wait for each other.
  public func close() {
    mailbox.close()
    thread.withLock { thread in
      if let thread { pthread_join(thread, nil) }
      thread = nil
    }
  }

  /// Set up once for the process; never taken down, since other code may use libcurl as well.
  private static let libcurl = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
}

extension HTTPClientOptions {
  /// libcurl would look for the variables before each exchange. Where none is set now, it need not.
  fileprivate var withProxyVariablesRead: HTTPClientOptions {
    var options = self
    let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    if proxy == nil, names.allSatisfy({ getenv($0) == nil }) { options.proxy = "" }
    return options
  }
}

/// A thread that takes no signals: those are for the threads of the program, and a write to a closed connection raises one.
private final class ThreadStart {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  func begin() throws(HTTPOptionError) -> pthread_t {
    var all = sigset_t(), before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let start = Unmanaged.passRetained(self)
    var thread: pthread_t = 0
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      start.release()
      throw HTTPOptionError(option: "client", message: "no event thread: \(String(cString: strerror(code)))")
    }
    return thread
  }
}
