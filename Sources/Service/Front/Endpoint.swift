public import HTTPServing

/// One path of the server.
public struct Endpoint: Sendable {
  /// The HTTP method it answers to; HEAD goes with GET.
  public enum Verb: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
  }

  /// How it is asked.
  public let verb: Verb
  /// Compared as it is: `/v1/judge`.
  public let path: String
  /// Whether it answers without an API key, where keys are required.
  public let isOpen: Bool
  /// Answers a request.
  public let answer: @Sendable (Request, Caller) async throws(Fault) -> Reply
  /// How a fault is said here: clients of other systems read other error bodies.
  public let explain: @Sendable (Fault, Caller) -> Reply

  /// An endpoint; faults are told as Cupel tells them unless it says how else.
  public init(
    _ verb: Verb, _ path: String, isOpen: Bool = false,
    explain: @escaping @Sendable (Fault, Caller) -> Reply = { $0.reply(requestID: $1.requestID) },
    answer: @escaping @Sendable (Request, Caller) async throws(Fault) -> Reply
  ) {
    self.verb = verb
    self.path = path
    self.isOpen = isOpen
    self.explain = explain
    self.answer = answer
  }
}
