internal import HTTP
public import Media
public import Wire

/// Files from the hosts of an allow-list.
///
/// What counts is where a connection goes: a host that is not to be private is only connected to at public addresses, whatever its
/// name leads to at that moment. Redirects are looked at like first addresses. A file that several want at once is fetched once,
/// and no longer when none of them waits for it any more.
public final class WebMedia: MediaFetcher {
  private let rules: WebRules
  private let anywhere: any HTTPTransport
  private let publicly: any HTTPTransport
  private let fetches = SharedFetches<Key>()

  private struct Key: Hashable {
    let url: String
    let maxBytes: Int
  }

  /// nil where no host is listed. Throws where the system gives no threads.
  public convenience init?(_ rules: WebRules) throws(WebMediaProblem) {
    guard !rules.isEmpty else { return nil }
    do throws(HTTPOptionError) {
      // Proxies would be what is connected to, and could lead anywhere.
      let anywhere = try HTTPClient(HTTPClientOptions(proxy: "", maxConnectionsPerHost: 64))
      let publicly = try HTTPClient(
        HTTPClientOptions(proxy: "", maxConnectionsPerHost: 64, connectsOnlyToPublicAddresses: true))
      self.init(rules, anywhere: anywhere, publicly: publicly)
    } catch {
      throw WebMediaProblem(description: "media cannot be fetched: \(error)")
    }
  }

  init(_ rules: WebRules, anywhere: any HTTPTransport, publicly: any HTTPTransport) {
    self.rules = rules
    self.anywhere = anywhere
    self.publicly = publicly
  }

  /// The file at `url`.
  public func fetch(_ url: String, maxBytes: Int) async throws(Unscored) -> [UInt8] {
    try await fetches.outcome(for: Key(url: url, maxBytes: maxBytes)) { [self] in await outcome(url, maxBytes) }.get()
  }

  private func outcome(_ url: String, _ maxBytes: Int) async -> Result<[UInt8], Unscored> {
    do throws(Unscored) { return .success(try await get(url, maxBytes)) } catch { return .failure(error) }
  }

  private func get(_ first: String, _ maxBytes: Int) async throws(Unscored) -> [UInt8] {
    let deadline = ContinuousClock.now + .milliseconds(rules.timeoutMilliseconds)
    var url = first
    for _ in 0...rules.maxRedirects {
      let left = Int(((deadline - .now) / .milliseconds(1)).rounded(.up))
      guard left > 0 else { throw timedOut }
      let answer = try await send(url, left, maxBytes)
      switch answer.status {
      case 200: return answer.body
      case 301, 302, 303, 307, 308: url = try next(answer, from: url)
      case let status: throw Unscored(.invalidInput, "is answered with the status \(status), not with a file")
      }
    }
    throw Unscored(.invalidInput, "leads to more redirects than max_redirects = \(rules.maxRedirects)")
  }

  private func send(_ url: String, _ milliseconds: Int, _ maxBytes: Int) async throws(Unscored) -> HTTPResponse {
    let endpoint: Endpoint
    do throws(HTTPFailure) { endpoint = try Endpoint(url) } catch { throw Unscored(.invalidInput, error.message) }
    guard let reach = rules.reach(endpoint) else {
      throw Unscored(
        .invalidInput,
        "leads to \(endpoint.host):\(endpoint.port), which is not among the hosts that files are fetched from (media.web.hosts)"
      )
    }
    let request = HTTPRequest(
      .get, url, headers: [HTTPHeader("Accept", "image/*, video/*, audio/*, */*;q=0.1")],
      timeouts: HTTPTimeouts(connectMilliseconds: milliseconds, totalMilliseconds: milliseconds),
      maxResponseBytes: maxBytes)
    do throws(HTTPFailure) {
      return try await (reach == .anywhere ? anywhere : publicly).send(request)
    } catch {
      throw explained(error)
    }
  }

  private func explained(_ failure: HTTPFailure) -> Unscored {
    switch failure.kind {
    case .timeout, .connectTimeout, .firstByteTimeout: timedOut
    case .cancelled: Unscored(.cancelled, failure.message)
    case .tooLarge: Unscored(.invalidInput, "\(failure.message) (max_input_bytes)")
    default: Unscored(.invalidInput, "cannot be fetched: \(failure.message)")
    }
  }

  private var timedOut: Unscored {
    Unscored(.timeout, "was not there within \(rules.timeoutMilliseconds) ms (media.web.timeout_ms)")
  }

  /// Where a redirect leads; one from https to http is none that is followed.
  private func next(_ answer: HTTPResponse, from url: String) throws(Unscored) -> String {
    guard let location = answer["Location"] else {
      throw Unscored(.invalidInput, "is answered with a redirect that says not where to")
    }
    do throws(HTTPFailure) {
      let next = try Endpoint.resolve(location, from: url)
      let (from, to) = (try Endpoint(url), try Endpoint(next))
      guard to.isTLS || !from.isTLS else {
        throw HTTPFailure(.badRequest, "a redirect leads from https to http")
      }
      return next
    } catch {
      throw Unscored(.invalidInput, error.message)
    }
  }
}

/// Why nothing can be fetched at all.
public struct WebMediaProblem: Error, Sendable, CustomStringConvertible {
  /// For people.
  public let description: String
}
