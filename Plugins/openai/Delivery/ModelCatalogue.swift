import HTTP
import JSON
import Synchronization

/// The names of the models that servers have, for the message of a 404.
final class ModelCatalogue: Sendable {
  private struct Entry {
    let models: String?
    let until: ContinuousClock.Instant
  }

  private let options: DeliveryOptions
  private let transport: any HTTPTransport
  private let clock: any DeliveryClock
  private let keys: KeyRing
  private let entries = Mutex<[String: Entry]>([:])

  /// A thousand calls with a wrong name are not to become a thousand questions for the right one.
  private static let validity = Duration.seconds(30)
  private static let patience = Duration.seconds(5)
  private static let longestList = 1 << 20

  init(_ options: DeliveryOptions, transport: any HTTPTransport, clock: any DeliveryClock, keys: KeyRing) {
    (self.options, self.transport, self.clock, self.keys) = (options, transport, clock, keys)
  }

  /// The names, separated by commas; nil where the server does not say, or not before `deadline`.
  func models(of base: String, deadline: ContinuousClock.Instant) async -> String? {
    let now = clock.now
    if let entry = entries.withLock({ $0[base] }), now < entry.until { return entry.models }
    guard now < deadline else { return nil }
    let models = await ask(base, time: min(deadline - now, Self.patience))
    entries.withLock { $0[base] = Entry(models: models, until: now + Self.validity) }
    return models
  }

  private func ask(_ base: String, time: Duration) async -> String? {
    let headers = keys.headers()
    let letter = Letter(path: "/models")
    var request = letter.request(letter.url(base: base), headers: headers.lines, options: options, time: time)
    request.maxResponseBytes = min(request.maxResponseBytes, Self.longestList)
    guard let response = try? await transport.send(request), response.status == 200,
      let list = try? JSONParser.parse(response.body)["data"]?.array
    else { return nil }
    let names = list.compactMap { $0["id"]?.string }
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", … (\(names.count) in all)" : "")
    return ServerWords(Array(shown.utf8), secrets: headers.secrets).message
  }
}
