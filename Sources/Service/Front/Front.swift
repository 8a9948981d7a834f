public import HTTPServing
import Synchronization

/// Hands each request to its endpoint.
public struct Front: RequestHandler {
  private let endpoints: [String: [Endpoint]]
  private let settings: Settings

  /// What the front itself needs to know.
  public struct Settings: Sendable, Hashable {
    /// How long a request may take that does not say so itself.
    public var timeoutMilliseconds = 600_000

    /// The defaults.
    public init() {}
  }

  /// Answers at the paths of `endpoints`.
  public init(_ endpoints: [Endpoint], settings: Settings = Settings()) {
    self.endpoints = Dictionary(grouping: endpoints, by: \.path)
    self.settings = settings
  }

  /// What can be refused without its body.
  public func refuse(_ head: RequestHead) -> Reply? {
    do throws(Fault) {
      _ = try endpoint(for: head)
      return nil
    } catch {
      return error.reply(requestID: Self.requestID(head))
    }
  }

  /// The endpoint's answer, or what is wrong in its own words.
  public func reply(to request: Request) async -> Reply {
    let id = Self.requestID(request.head)
    do throws(Fault) {
      let endpoint = try endpoint(for: request.head)
      let caller = Caller(
        requestID: id, route: endpoint.path, deadline: .now + .milliseconds(settings.timeoutMilliseconds))
      do throws(Fault) { return try await endpoint.answer(request, caller) } catch {
        return endpoint.explain(error, caller)
      }
    } catch {
      return error.reply(requestID: id)
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
    return Fault(code, message).reply(requestID: "")
  }

  private func endpoint(for head: RequestHead) throws(Fault) -> Endpoint {
    guard let here = endpoints[head.path] else { throw Fault(.notFound, "there is nothing at this path") }
    let verb = head.method == "HEAD" ? "GET" : head.method
    guard let endpoint = here.first(where: { $0.verb.rawValue == verb }) else {
      let accepted = here.map(\.verb.rawValue).sorted().joined(separator: ", ")
      throw Fault(.methodNotAllowed, "\(head.method) is not answered at this path; accepted: \(accepted)")
    }
    return endpoint
  }

  private static func requestID(_ head: RequestHead) -> String { head["X-Request-ID"] ?? "" }
}
