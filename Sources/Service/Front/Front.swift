public import HTTPServing

/// Hands each request to its endpoint, and says what every answer has in common: the request's id, who may read it, what is wrong
/// in Cupel's words.
public struct Front: RequestHandler {
  private let paths: PathTable
  private let settings: Settings
  private let crossOrigin: CrossOrigin

  /// What the front itself needs to know.
  public struct Settings: Sendable {
    /// How long a request may take that does not say so itself, in milliseconds.
    public var timeoutMilliseconds = 600_000
    /// Browser origins that may ask; none: no page of another origin reads an answer.
    public var origins: [String] = []
    /// Whose request it is, by its headers: the holder of an API key, or a fault (`unauthorized`). Asked before the body is read, on the
    /// server's own thread, and again for the answer; endpoints that are open are not asked for.
    public var authenticate: @Sendable (RequestHead) throws(Fault) -> KeyHolder = { _ in .anyone }
    /// Whether who is told of a request is told its body and its answer's as well: they hold what candidates wrote.
    public var keepsBodies = false
    /// Told of each request once, when its answer is over.
    public var observe: @Sendable (Answered) -> Void = { _ in }

    /// The defaults: everybody may ask, and nobody watches.
    public init() {}
  }

  /// Answers at the paths of `endpoints`.
  public init(_ endpoints: [Endpoint], settings: Settings = Settings()) {
    paths = PathTable(endpoints)
    self.settings = settings
    crossOrigin = CrossOrigin(settings.origins)
  }

  /// What can be refused without its body.
  public func refuse(_ head: RequestHead) -> Reply? {
    guard head.method != "OPTIONS" else { return nil }
    do throws(Fault) {
      _ = try endpoint(for: head).endpoint.admit(head, settings.authenticate)
      return nil
    } catch {
      let sighting = Sighting(of: Request(head), route: route(head), settings)
      return finished(error.reply(requestID: sighting.requestID), error, head, sighting)
    }
  }

  /// The endpoint's answer, or what is wrong in its own words.
  public func reply(to request: Request) async -> Reply {
    let head = request.head
    let sighting = Sighting(of: request, route: route(head), settings)
    do throws(Fault) {
      if head.method == "OPTIONS" { return finished(try options(head), nil, head, sighting) }
      let (endpoint, place) = try endpoint(for: head)
      let holder = try endpoint.admit(head, settings.authenticate)
      var caller = Caller(
        requestID: sighting.requestID, name: holder.name, isAdmin: holder.isAdmin, route: endpoint.path,
        deadline: .now + .milliseconds(settings.timeoutMilliseconds), account: sighting.account)
      (caller.place, caller.trace) = (place, sighting.trace.passedOn)
      sighting.caller = caller.name
      do throws(Fault) {
        try endpoint.checkType(of: request)
        return finished(try await endpoint.answer(request, caller), nil, head, sighting)
      } catch {
        return finished(endpoint.explain(error, caller), error, head, sighting)
      }
    } catch {
      return finished(error.reply(requestID: sighting.requestID), error, head, sighting)
    }
  }

  /// What the server refuses by itself, in the words of all other faults.
  public func reply(refusing status: Int, _ message: String) -> Reply {
    let code: Fault.Code =
      switch status {
      case 408: .requestTimeout
      case 413: .tooLarge
      case 415: .unsupportedMediaType
      case 503: .stopping
      default: .malformed
      }
    let head = RequestHead(method: "", path: "")
    let sighting = Sighting(of: Request(head), route: nil, settings)
    let fault = Fault(code, message)
    return finished(fault.reply(requestID: sighting.requestID), fault, head, sighting)
  }

  // MARK: Routes

  private func endpoint(for head: RequestHead) throws(Fault) -> (endpoint: Endpoint, place: [String: String]) {
    guard let here = paths.find(head.path) else { throw Fault(.notFound, "there is nothing at this path") }
    let verb = head.method == "HEAD" ? "GET" : head.method
    guard let endpoint = here.endpoints.first(where: { $0.verb.rawValue == verb }) else {
      let method = head.method.prefix(40)
      throw Fault(.methodNotAllowed, "\(method) is not answered at this path; accepted: \(allowed(head) ?? "")")
    }
    return (endpoint, here.place)
  }

  private func route(_ head: RequestHead) -> String? { paths.find(head.path)?.endpoints.first?.path }

  /// The methods that a path answers to; nil for a path at which there is nothing.
  private func allowed(_ head: RequestHead) -> String? {
    // "OPTIONS *" is about the server as a whole (RFC 9110 §9.3.7).
    let here = head.path == "*" ? paths.all : paths.find(head.path)?.endpoints ?? []
    guard !here.isEmpty else { return nil }
    let verbs = Set(here.map(\.verb))
    let writing = [Endpoint.Verb.post, .put, .delete].filter(verbs.contains).map(\.rawValue)
    let names = (verbs.contains(.get) ? ["GET", "HEAD"] : []) + writing + ["OPTIONS"]
    return names.joined(separator: ", ")
  }

  private func options(_ head: RequestHead) throws(Fault) -> Reply {
    guard let allow = allowed(head) else { throw Fault(.notFound, "there is nothing at this path") }
    return Reply(204, headers: [.init("Allow", allow)])
  }

  // MARK: What all answers have

  private func finished(_ reply: Reply, _ fault: Fault?, _ head: RequestHead, _ sighting: Sighting) -> Reply {
    var reply = reply
    if fault?.code == .methodNotAllowed, let allow = allowed(head) { reply.headers.append(.init("Allow", allow)) }
    if fault?.code == .unauthorized { reply.headers.append(.init("WWW-Authenticate", "Bearer")) }
    reply.headers.append(.init("X-Request-ID", sighting.requestID))
    if crossOrigin.isAllowed { reply.headers += crossOrigin.headers(for: head, allow: allowed(head)) }
    return sighting.watch(reply, fault)
  }
}
