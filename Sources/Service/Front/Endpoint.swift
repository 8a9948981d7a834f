public import HTTPServing

/// One path of the server.
public struct Endpoint: Sendable {
  /// The HTTP method it answers to; HEAD goes with GET.
  public enum Verb: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
    case put = "PUT"
  }

  /// How it is asked.
  public let verb: Verb
  /// Compared as it is: `/v1/judge`; a piece in braces stands for any one piece: `/v1/audits/{id}`.
  public let path: String
  /// Whether it answers without an API key, where keys are required.
  public let isOpen: Bool
  /// Whether it answers to keys of administrators alone, where keys are required.
  public let isForAdmins: Bool
  /// Whether a body that does not say it is JSON is refused (415). Says it: `application/json`, or a type that ends in `+json`. A
  /// page in a browser cannot say so across origins without asking first, which is why this is the rule.
  public let takesOnlyJSON: Bool
  /// Answers a request.
  public let answer: @Sendable (Request, Caller) async throws(Fault) -> Reply
  /// How a fault is said here: clients of other systems read other error bodies.
  public let explain: @Sendable (Fault, Caller) -> Reply

  /// An endpoint; faults are told as Cupel tells them unless it says how else.
  public init(
    _ verb: Verb, _ path: String, isOpen: Bool = false, isForAdmins: Bool = false, takesOnlyJSON: Bool = true,
    explain: @escaping @Sendable (Fault, Caller) -> Reply = { $0.reply(requestID: $1.requestID) },
    answer: @escaping @Sendable (Request, Caller) async throws(Fault) -> Reply
  ) {
    self.verb = verb
    self.path = path
    self.isOpen = isOpen
    self.isForAdmins = isForAdmins
    self.takesOnlyJSON = takesOnlyJSON
    self.explain = explain
    self.answer = answer
  }
}

extension Endpoint {
  /// Who asks, or why they may not.
  func admit(
    _ head: RequestHead, _ authenticate: (RequestHead) throws(Fault) -> KeyHolder
  ) throws(Fault) -> KeyHolder {
    if isOpen { return KeyHolder(name: "", isAdmin: false) }
    let holder = try authenticate(head)
    if isForAdmins { try Self.requireAdmin(holder.isAdmin) }
    return holder
  }

  /// Refuses a key that may only ask for judgments.
  static func requireAdmin(_ isAdmin: Bool) throws(Fault) {
    guard !isAdmin else { return }
    throw Fault(.forbidden, "this needs a key of an administrator: 'admin' stands behind it in the file of keys")
  }

  /// Refuses a body of another kind than this endpoint reads.
  func checkType(of request: Request) throws(Fault) {
    guard verb == .post, takesOnlyJSON, !request.body.isEmpty else { return }
    let stated = request.head["Content-Type"] ?? ""
    let pieces = stated.split(separator: ";").map { piece in
      piece.trimmingSpaces().lowercased()
    }
    let type = pieces.first ?? ""
    guard type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json") else {
      let found = stated.isEmpty ? "there is no Content-Type" : "the Content-Type is '\(stated.prefix(100))'"
      throw Fault(.unsupportedMediaType, "\(found); send JSON with 'Content-Type: application/json'")
    }
    for parameter in pieces.dropFirst() where parameter.hasPrefix("charset=") {
      let charset = parameter.dropFirst(8).filter { $0 != "\"" }
      guard charset == "utf-8" || charset == "utf8" || charset == "us-ascii" else {
        throw Fault(.unsupportedMediaType, "the charset '\(charset.prefix(100))' is not read; send UTF-8")
      }
    }
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> Substring {
    let start = drop { $0 == " " || $0 == "\t" }
    guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return start }
    return start[...last]
  }
}
