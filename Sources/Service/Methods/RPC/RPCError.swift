import JSON

/// Why a request of JSON-RPC has no result.
struct RPCError: Error {
  /// The codes of the specification.
  enum Code: Int {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParameters = -32602
    case internalError = -32603
  }

  let code: Int
  let message: String
  let fault: Fault?

  init(_ code: Code, _ message: String) {
    self.code = code.rawValue
    self.message = message
    fault = nil
  }

  /// What was wrong with the method's own request.
  init(_ fault: Fault, _ code: Code? = nil) {
    self.code = code?.rawValue ?? Self.code(of: fault.code)
    message = fault.message
    self.fault = fault
  }

  /// The specification leaves -32099 to -32000 to servers.
  static func code(of code: Fault.Code) -> Int {
    switch code {
    case .malformed: Code.parseError.rawValue
    case .invalidRequest, .tooLarge: Code.invalidParameters.rawValue
    case .internalError, .clientLeft: Code.internalError.rawValue
    case .notUsable: -32000
    case .overloaded: -32001
    case .stopping: -32002
    case .timeout, .requestTimeout: -32003
    case .unscored: -32004
    case .unauthorized: -32005
    case .forbidden: -32006
    case .conflict: -32007
    case .notFound: -32008
    case .methodNotAllowed: -32601
    case .unsupportedMediaType: Code.invalidRequest.rawValue
    }
  }

  func answer(id: JSONValue, _ caller: Caller) -> JSONValue {
    var data = JSONObject()
    if let fault { data["code"] = .string(fault.code.rawValue) }
    data["path"] = fault?.path.map { .string($0) }
    data["retry_after_seconds"] = fault?.retryAfterSeconds.map { .int(Int64($0)) }
    data["request_id"] = .string(caller.requestID)
    let error = JSONObject([("code", .int(Int64(code))), ("message", .string(message)), ("data", .object(data))])
    return .object(JSONObject([("jsonrpc", "2.0"), ("error", .object(error)), ("id", id)]))
  }
}
