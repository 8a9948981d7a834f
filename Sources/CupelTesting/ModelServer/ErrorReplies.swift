import JSON

extension ModelServer {
  /// How servers write an error. `code` is the status unless the server has a word for it.
  public enum Dialect: String, Sendable, Hashable, CaseIterable {
    /// `{"error": {"message", "type", "param", "code": "a word"}}`
    case openAI
    /// `{"error": {"message", "type", "param", "code": 400}}`
    case vllm
    /// vLLM before 0.10, and SGLang: `{"object": "error", "message", "type", "param", "code": 400}`
    case vllmOlder
    /// `{"error": {"code": 400, "message", "type"}}`
    case llamaCpp
    /// `{"detail": "message"}`
    case fastAPI
    /// What FastAPI says of a body of the wrong shape: `{"detail": [{"type", "loc", "msg"}]}`
    case fastAPIValidation
    /// `{"error": "message", "error_type": "a word"}`
    case textEmbeddings
    /// The message alone.
    case plain
  }
}

extension ModelServer.Reply {
  /// An error as `dialect` writes it. `type` is the word for the kind of error, the usual one of the status unless stated;
  /// `retryAfter` is sent as it is: seconds, a date, or nonsense.
  public static func error(
    _ status: Int, _ message: String = "the server says so", dialect: ModelServer.Dialect = .vllm, type: String? = nil,
    retryAfter: String? = nil
  ) -> Self {
    let reply =
      dialect == .plain
      ? Self.text(message, status: status) : .json(errorObject(dialect, status, message, type: type), status: status)
    return retryAfter.map { reply.adding("Retry-After", $0) } ?? reply
  }

  /// 404 as FastAPI says it of a path that it does not know.
  public static func unknownPath(_ request: ModelServer.Request) -> Self {
    error(404, "Not Found", dialect: .fastAPI)
  }

  static func errorObject(_ dialect: ModelServer.Dialect, _ status: Int, _ message: String, type: String?) -> JSONValue
  {
    let kind = JSONValue.string(type ?? (dialect == .openAI ? openAIType(status) : vllmType(status)))
    let (message, code) = (JSONValue.string(message), JSONValue.int(Int64(status)))
    switch dialect {
    case .openAI: return ["error": ["message": message, "type": kind, "param": nil, "code": kind]]
    case .vllm: return ["error": ["message": message, "type": kind, "param": nil, "code": code]]
    case .vllmOlder: return ["object": "error", "message": message, "type": kind, "param": nil, "code": code]
    case .llamaCpp:
      let kind = JSONValue.string(type ?? openAIType(status))
      return ["error": ["code": code, "message": message, "type": kind]]
    case .fastAPI: return ["detail": message]
    case .fastAPIValidation: return ["detail": [["type": "missing", "loc": ["body", "messages"], "msg": message]]]
    case .textEmbeddings: return ["error": message, "error_type": kind]
    case .plain: return message
    }
  }

  private static func vllmType(_ status: Int) -> String {
    switch status {
    case 400, 413, 422: "BadRequestError"
    case 401, 403: "AuthenticationError"
    case 404: "NotFoundError"
    case 429: "RateLimitError"
    case 503: "ServiceUnavailableError"
    default: "InternalServerError"
    }
  }

  private static func openAIType(_ status: Int) -> String {
    switch status {
    case 400, 404, 413, 422: "invalid_request_error"
    case 401: "authentication_error"
    case 403: "permission_error"
    case 429: "rate_limit_exceeded"
    case 503: "unavailable_error"
    default: "server_error"
    }
  }
}
