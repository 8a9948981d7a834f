import HTTP
import Wire

/// How one logical request went so far.
struct DeliveryCourse: Sendable {
  private struct Step {
    let attempt: Attempt
    let replica: Int
    let url: String
    let words: ServerWords
    /// Where a redirect leads; as free of secrets as the words.
    let location: String?
  }

  /// Requests that were made.
  var attempts: Int { history.count }
  private var history: [String] = []
  private var last: Step?
  private var lastRefusal: DeliveryFailure.Refusal?
  /// When a replica wants to be asked again, where it said so.
  private var pauses: [Int: ContinuousClock.Instant] = [:]
  private var unauthorised = 0
  private var asked: Set<Int> = []
  private let replicas: Int

  /// Nothing is done yet; there are so many replicas.
  init(replicas: Int) { self.replicas = replicas }

  /// The status of the last attempt, if it was answered.
  var status: Int? { response?.status }
  /// The replica of the last attempt.
  var replica: Int? { last?.replica }
  /// A key that was turned down once may have been replaced meanwhile; twice is an answer.
  var wantsOtherKey: Bool { unauthorised == 1 }

  private var response: HTTPResponse? { last.flatMap { try? $0.attempt.result.get() } }

  mutating func note(_ attempt: Attempt, replica: Int, url: String, secrets: [String]) {
    history.append(attempt.word)
    asked.insert(replica)
    let answer = try? attempt.result.get()
    let words = ServerWords(answer.map { $0.status == 200 ? [] : $0.body } ?? [], secrets: secrets)
    let location = answer?["Location"].map { ServerWords(Array($0.utf8), secrets: secrets).message }
    last = Step(attempt: attempt, replica: replica, url: url, words: words, location: location)
    if let answer, answer.status != 200 {
      lastRefusal = DeliveryFailure.Refusal(status: answer.status, message: words.message)
    }
    if answer?.status == 401 { unauthorised += 1 }
  }

  // MARK: When and where next

  /// The wait that the last answer asks for.
  func retryAfter(secondsSince1970 now: Int) -> Duration? {
    response.flatMap { RetryAfter.wait(in: $0, secondsSince1970: now) }
  }

  /// The replica of the last attempt is not asked before that moment, as long as there is another.
  mutating func pause(until instant: ContinuousClock.Instant) {
    if let replica { pauses[replica] = instant }
  }

  func isPaused(_ replica: Int, at instant: ContinuousClock.Instant) -> Bool {
    pauses[replica].map { $0 > instant } ?? false
  }

  var firstPauseEnd: ContinuousClock.Instant? { pauses.values.min() }

  /// Replicas that are asked only if there is no other: those that want to be left alone, and those that were asked
  /// already; once all were, only the last one.
  func avoided(now: ContinuousClock.Instant) -> Set<Int> {
    let paused = Set(pauses.keys.filter { isPaused($0, at: now) })
    let last = Set(replica.map { [$0] } ?? [])
    return [paused.union(asked), paused.union(last), paused].first { $0.count < replicas } ?? []
  }

  // MARK: The failure

  /// A failure by what came of the last attempt.
  func failure(hint: String?) -> DeliveryFailure {
    guard let last else { return failure(.judgeError, "nothing was sent", hint: hint) }
    let reason = last.attempt.reason(last.words)
    switch last.attempt.result {
    case .success(let response):
      let words = last.words.message.isEmpty ? " without a message" : ": \(last.words.message)"
      return failure(reason, "\(last.url) answered \(response.status)\(words)", hint: hint)
    case .failure(let failure): return self.failure(reason, failure.message, hint: hint)
    }
  }

  /// A failure with the attempts that there were.
  func failure(_ reason: UnscoredReason, _ what: String, hint: String? = nil) -> DeliveryFailure {
    let parts = [what, tried, hint].compactMap(\.self)
    return DeliveryFailure(
      unscored: Unscored(reason, parts.joined(separator: "; ")), attempts: attempts, refusal: lastRefusal)
  }

  /// `after 3 attempts: 429, 429, 503`; of many attempts the last eight.
  private var tried: String? {
    switch attempts {
    case 0: return nil
    case 1: return "after 1 attempt"
    default:
      let shown = (attempts > 8 ? ["…"] : []) + history.suffix(8)
      return "after \(attempts) attempts: \(shown.joined(separator: ", "))"
    }
  }

  /// What to do, where that can be said; `keyPlace` is where the key comes from.
  func hint(keyPlace: String?) -> String? {
    guard let last else { return nil }
    switch last.attempt.result {
    case .success(let response): return Self.hint(response.status, last.location, keyPlace)
    case .failure(let failure): return Self.hint(failure.kind)
    }
  }

  private static func hint(_ status: Int, _ location: String?, _ keyPlace: String?) -> String? {
    switch status {
    case 300..<400:
      let place = location.map { " to \($0)" } ?? ""
      return "it redirects\(place), and redirects are not followed: give the final address as 'url'"
    case 401, 403:
      return keyPlace.map { "check the key in \($0)" } ?? "no key is sent: give api_key_env or api_key_file"
    case 404, 405: return "check 'url' (it is the base URL, as in http://127.0.0.1:8000/v1), 'kind' and 'model'"
    case 407: return "the proxy wants a password: see 'proxy' and the proxy variables of the environment"
    case 429, 503, 529: return "if this lasts, lower max_in_flight or raise 'retries' and timeout_ms"
    default: return nil
    }
  }

  private static func hint(_ kind: HTTPFailure.Kind) -> String? {
    switch kind {
    case .connect, .connectTimeout: "start the server, or correct 'url'"
    case .unknownHost: "check the host in 'url'"
    case .badResponse: "check 'url': another kind of server may listen there, or it wants https://"
    case .tooLarge: "raise max_response_bytes if such an answer is meant"
    case .firstByteTimeout: "raise first_byte_timeout_ms if the judge needs longer"
    case .timeout: "raise timeout_ms if the judge needs longer"
    // The client's message says what to do about certificates.
    case .badRequest, .tls, .closed, .cancelled, .other: nil
    }
  }
}

extension DeliveryFailure {
  func adding(_ words: String) -> DeliveryFailure {
    var failure = self
    failure.unscored = Unscored(unscored.reason, "\(unscored.message); \(words)")
    return failure
  }
}
