/// A URL that has been looked at, with the line of those who wait for its host.
final class Route {
  let endpoint: Endpoint
  let origin: Origin

  init(_ endpoint: Endpoint, _ origin: Origin) {
    self.endpoint = endpoint
    self.origin = origin
  }
}

/// A scheme, host and port: exchanges that share connections and their limit.
final class Origin {
  private let limit: Int
  private var active = 0
  private var waiting: [Exchange] = []
  private var nextWaiting = 0

  init(limit: Int) { self.limit = limit }

  var isIdle: Bool { active == 0 && nextWaiting == waiting.count }

  /// Whether the exchange may begin; it has to wait otherwise.
  func admit(_ exchange: Exchange) -> Bool {
    guard active >= limit else {
      active += 1
      return true
    }
    waiting.append(exchange)
    return false
  }

  /// An exchange that was admitted is over; the one that may begin in its place.
  func leave() -> Exchange? {
    while nextWaiting < waiting.count {
      let next = waiting[nextWaiting]
      nextWaiting += 1
      forgetThoseWhoLeft()
      if !next.isOver { return next }
    }
    active -= 1
    return nil
  }

  private func forgetThoseWhoLeft() {
    guard nextWaiting == waiting.count || nextWaiting >= 1024 && 2 * nextWaiting >= waiting.count else { return }
    waiting.removeFirst(nextWaiting)
    nextWaiting = 0
  }
}

/// The routes of the URLs that were used lately.
struct Routes {
  private var routes: [String: Route] = [:]
  private var origins: [String: Origin] = [:]
  private let limitPerHost: Int
  private static let kept = 1024

  init(limitPerHost: Int) { self.limitPerHost = limitPerHost }

  mutating func route(_ url: String) throws(HTTPFailure) -> Route {
    if let known = routes[url] { return known }
    let endpoint = try Endpoint(url)
    if routes.count >= Self.kept { forget() }
    let origin = origins[endpoint.origin] ?? Origin(limit: limitPerHost)
    origins[endpoint.origin] = origin
    let route = Route(endpoint, origin)
    routes[url] = route
    return route
  }

  /// Only who keeps the count of a limit has to stay.
  private mutating func forget() {
    routes = [:]
    origins = origins.filter { !$0.value.isIdle }
  }
}
