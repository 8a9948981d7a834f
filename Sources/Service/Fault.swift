public import JSON
public import Wire

/// Why a request as a whole gets no answer. What goes wrong with one item is that item's outcome, not a fault.
public struct Fault: Error, Sendable, Hashable {
  /// A closed set, the same word on the wire, in logs and in metrics.
  public enum Code: String, Sendable, CaseIterable {
    /// The body is not JSON, or the request breaks HTTP.
    case malformed
    /// The JSON is not what the method takes; `path` says where.
    case invalidRequest = "invalid_request"
    /// A rubric or judge that is not there, or the two do not fit together.
    case notUsable = "not_usable"
    /// No key, or one that is not known.
    case unauthorized
    /// The key is known, and may not do this.
    case forbidden
    /// There is nothing at this path.
    case notFound = "not_found"
    /// The path is there, for another HTTP method.
    case methodNotAllowed = "method_not_allowed"
    /// What is asked for does not go with the state that something is in.
    case conflict
    /// The client was too slow in sending the request.
    case requestTimeout = "request_timeout"
    /// A limit of the configuration was reached; the message names it.
    case tooLarge = "too_large"
    /// A body that is not JSON, or encoded in a way that is not known here.
    case unsupportedMediaType = "unsupported_media_type"
    /// The judgments that were to be answered with could not be made, and the route's policy is to say so.
    case unscored
    /// A mistake in Cupel itself.
    case internalError = "internal_error"
    /// As much is in flight and waiting as is accepted.
    case overloaded
    /// The server is stopping.
    case stopping
    /// The time of the request was up before there was an answer.
    case timeout
    /// The client hung up before there was an answer. Nobody reads it: the word is for logs and metrics.
    case clientLeft = "client_left"
  }

  /// The word that programs decide by.
  public let code: Code
  /// What is wrong and what to do, in one or two sentences. Holds no path of the server and nothing of other requests.
  public let message: String
  /// The place in the request's JSON, such as `items[2].responses`; nil where it is about none.
  public let path: String?
  /// When to ask again, in seconds; nil where that would not help.
  public let retryAfterSeconds: Int?
  /// Where the fault is that there are no scores: why, each reason once.
  public let unscored: [UnscoredReason]

  /// A fault.
  public init(
    _ code: Code, _ message: String, path: String? = nil, retryAfterSeconds: Int? = nil, unscored: [UnscoredReason] = []
  ) {
    self.code = code
    self.message = message
    self.path = path.flatMap { $0.isEmpty ? nil : Self.short($0) }
    self.retryAfterSeconds = retryAfterSeconds
    self.unscored = unscored
  }

  /// A path holds keys that strangers chose, of any length.
  private static func short(_ path: String) -> String {
    path.utf8.count <= 400 ? path : String(String.UnicodeScalarView(path.unicodeScalars.prefix(100))) + "…"
  }

  /// What is wrong with a request's JSON, or with its being JSON at all.
  public init(_ error: JSONError) {
    if let line = error.line {
      self.init(.malformed, "the body is not JSON: line \(line), column \(error.column ?? 1): \(error.message)")
    } else {
      self.init(.invalidRequest, error.message, path: error.path)
    }
  }

  /// The HTTP status.
  public var status: Int {
    switch code {
    case .malformed: 400
    case .invalidRequest, .notUsable: 422
    case .unauthorized: 401
    case .forbidden: 403
    case .notFound: 404
    case .methodNotAllowed: 405
    case .requestTimeout: 408
    case .conflict: 409
    case .tooLarge: 413
    case .unsupportedMediaType: 415
    case .internalError: 500
    case .unscored: 502
    case .overloaded, .stopping: 503
    case .timeout: 504
    case .clientLeft: 499
    }
  }

  /// `{"code", "message", "path", "request_id"}`, the value of `error` in an error body.
  public func json(requestID: String) -> JSONValue {
    var object = JSONObject([("code", .string(code.rawValue)), ("message", .string(message))])
    object["path"] = path.map { .string($0) }
    object["request_id"] = .string(requestID)
    return .object(object)
  }
}
