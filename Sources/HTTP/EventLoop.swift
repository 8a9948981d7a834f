import CCurl

/// What the event thread does: it takes exchanges from the mailbox, has libcurl carry them, and ends each exactly once.
final class EventLoop {
  private let options: HTTPClientOptions
  private let mailbox: Mailbox
  private let poller: Poller
  private let multi: UnsafeMutableRawPointer
  private var letters = Mailbox.Letters()
  private let deadlines = Deadlines()
  private var routes: Routes
  private var lastHeaders: HeaderList?
  private var spare: [Carrier] = []
  private static let sparesKept = 1024

  init?(_ options: HTTPClientOptions, _ mailbox: Mailbox, _ poller: Poller) {
    guard let multi = curl_multi_init() else { return nil }
    self.options = options
    self.mailbox = mailbox
    self.poller = poller
    self.multi = multi
    if options.connectsOnlyToPublicAddresses { ccurl_poller_connect_only_publicly(poller.pointer) }
    routes = Routes(limitPerHost: options.maxConnectionsPerHost)
    let codes = [
      ccurl_poller_watch(poller.pointer, multi),
      ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, options.allowsHTTP2 ? CURLPIPE_MULTIPLEX : CURLPIPE_NOTHING),
      ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.maxConnectionsPerHost),
    ]
    guard codes.allSatisfy({ $0 == CURLM_OK }) else { return nil }
  }

  deinit {
    spare = []
    curl_multi_cleanup(multi)
  }

  /// Until the mailbox is closed, or libcurl cannot go on.
  func run() {
    var code = CURLM_OK
    while code == CURLM_OK {
      letters.submitted.removeAll(keepingCapacity: true)
      letters.cancelled.removeAll(keepingCapacity: true)
      mailbox.take(&letters)
      if letters.isClosed { break }
      for exchange in letters.submitted { begin(exchange) }
      for exchange in letters.cancelled { end(exchange, .failure(.cancelled)) }
      if letters.isEmpty {
        mailbox.sleep { ccurl_poller_wait(poller.pointer, waitMilliseconds) }
      } else {
        ccurl_poller_wait(poller.pointer, 0)
      }
      code = ccurl_poller_work(poller.pointer)
      collect()
      expire()
    }
    endAll(code)
  }

  /// Nothing is taken any more; what is here ends.
  private func endAll(_ code: CURLMcode) {
    let failure: HTTPFailure =
      code == CURLM_OK ? .cancelled : HTTPFailure(.other, "the event loop failed: \(Self.text(code))")
    mailbox.close()
    var late = Mailbox.Letters()
    mailbox.take(&late)
    for exchange in letters.submitted + late.submitted + deadlines.exchanges where !exchange.isOver {
      conclude(exchange, .failure(failure))
    }
  }

  // MARK: Beginning

  private func begin(_ exchange: Exchange) {
    do throws(HTTPFailure) {
      let route = try routes.route(exchange.request.url)
      exchange.route = route
      let now = monotonicNanoseconds()
      if exchange.nextDeadline <= now { throw exchange.timeout(now) }
      deadlines.add(exchange)
      if route.origin.admit(exchange), !start(exchange) { startNext(route.origin) }
    } catch {
      exchange.finish(.failure(error))
    }
  }

  /// Gives an exchange that was admitted to libcurl; false: it has failed, and its place is free.
  private func start(_ exchange: Exchange) -> Bool {
    do throws(HTTPFailure) {
      let carrier = if let kept = spare.popLast() { kept } else { try Carrier(options, poller, deadlines) }
      let isTLS = exchange.route?.endpoint.isTLS == true
      try carrier.load(exchange, try headerList(exchange.request.headers), isTLS: isTLS)
      let code = curl_multi_add_handle(multi, carrier.easy)
      guard code == CURLM_OK else {
        carrier.unload()
        throw HTTPFailure(.other, "libcurl: \(Self.text(code))")
      }
      exchange.enter(.connecting(since: monotonicNanoseconds()))
      deadlines.update(exchange)
      return true
    } catch {
      conclude(exchange, .failure(error))
      return false
    }
  }

  private func startNext(_ origin: Origin) {
    while let next = origin.leave(), !start(next) {}
  }

  private func headerList(_ headers: [HTTPHeader]) throws(HTTPFailure) -> HeaderList {
    // Many clients send the same headers, and the very same array, each time.
    if let lastHeaders, lastHeaders.headers == headers { return lastHeaders }
    let list = try HeaderList(headers)
    lastHeaders = list
    return list
  }

  // MARK: Ending

  /// Ends what libcurl has finished with.
  private func collect() {
    var code = CURLE_OK
    while let easy = ccurl_next_done(multi, &code) {
      guard let exchange = Carrier.of(easy)?.exchange else { continue }
      end(exchange, exchange.result(code, options))
    }
  }

  /// Ends whatever takes too long.
  private func expire() {
    guard let first = deadlines.first, case let now = monotonicNanoseconds(), first.deadline <= now else { return }
    while let first = deadlines.first, first.deadline <= now {
      if first.nextDeadline > now { deadlines.update(first) } else { end(first, .failure(first.timeout(now))) }
    }
  }

  private func end(_ exchange: Exchange, _ result: Result<HTTPResponse, HTTPFailure>) {
    if exchange.isOver { return }
    let origin = exchange.isWaiting ? nil : exchange.route?.origin
    conclude(exchange, result)
    if let origin { startNext(origin) }
  }

  /// Takes it from libcurl, which closes the connection of an HTTP/1.1 answer that is not complete, and tells the caller.
  private func conclude(_ exchange: Exchange, _ result: Result<HTTPResponse, HTTPFailure>) {
    deadlines.remove(exchange)
    if let carrier = exchange.carrier {
      curl_multi_remove_handle(multi, carrier.easy)
      carrier.unload()
      if spare.count < Self.sparesKept { spare.append(carrier) }
    }
    exchange.finish(result)
  }

  private var waitMilliseconds: Int32 {
    guard let first = deadlines.first else { return -1 }
    let now = monotonicNanoseconds()
    // Rounded up: woken too early, there is nothing to do yet.
    return first.deadline <= now ? 0 : Int32(clamping: (first.deadline - now - 1) / 1_000_000 + 1)
  }

  private static func text(_ code: CURLMcode) -> String { String(cString: curl_multi_strerror(code)) }
}
