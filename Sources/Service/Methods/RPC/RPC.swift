import HTTPServing
import JSON

/// JSON-RPC 2.0 (jsonrpc.org/specification) at `POST /rpc`, over the methods of the table.
struct RPC: Sendable {
  static let path = "/rpc"
  private let methods: [String: Method]
  private let names: [String]
  private let limits: RequestLimits
  private let maxBatch: Int

  init(_ methods: [Method], _ limits: RequestLimits, maxBatch: Int) {
    self.methods = Dictionary(uniqueKeysWithValues: methods.map { ($0.name, $0) })
    names = methods.map(\.name)
    self.limits = limits
    self.maxBatch = maxBatch
  }

  /// Every answer has the status 200, but for notifications, which have none: 204.
  var endpoint: Endpoint {
    Endpoint(.post, Self.path) { (request, caller) throws(Fault) in
      guard let answer = await answer(request.body, caller) else { return Reply(204) }
      return try .json(answer)
    }
  }

  /// nil where nothing is to be answered.
  private func answer(_ body: [UInt8], _ caller: Caller) async -> JSONValue? {
    let value: JSONValue
    do throws(Fault) { value = try limits.parse(body) } catch {
      let code: RPCError.Code = error.code == .malformed ? .parseError : .invalidRequest
      return RPCError(error, code).answer(id: .null, caller)
    }
    guard let members = value.array else { return await answer(to: value, caller) }
    guard !members.isEmpty else {
      return RPCError(.invalidRequest, "a batch must hold at least one request").answer(id: .null, caller)
    }
    guard members.count <= maxBatch else {
      return RPCError(.invalidRequest, "the batch holds \(members.count) requests; max_batch is \(maxBatch)")
        .answer(id: .null, caller)
    }
    let answers = await answers(to: members, caller)
    guard !answers.isEmpty else { return nil }
    return .array(answers)
  }

  /// The members of a batch are answered side by side; the answers are in their order.
  private func answers(to members: [JSONValue], _ caller: Caller) async -> [JSONValue] {
    await withTaskGroup(of: (Int, JSONValue?).self) { group in
      for (index, member) in members.enumerated() {
        group.addTask { (index, await answer(to: member, caller)) }
      }
      var answers: [JSONValue?] = Array(repeating: nil, count: members.count)
      for await (index, answer) in group { answers[index] = answer }
      return answers.compactMap { $0 }
    }
  }

  /// The answer to one request; nil for a notification, whatever came of it.
  private func answer(to request: JSONValue, _ caller: Caller) async -> JSONValue? {
    let call: RPCCall
    do throws(RPCError) { call = try RPCCall(request) } catch {
      return error.answer(id: RPCCall.id(of: request), caller)
    }
    let answer: JSONValue
    do throws(RPCError) {
      let result = try await result(of: call, caller)
      answer = .object(JSONObject([("jsonrpc", "2.0"), ("result", result), ("id", call.id)]))
    } catch {
      answer = error.answer(id: call.id, caller)
    }
    guard !call.isNotification else { return nil }
    return answer
  }

  private func result(of call: RPCCall, _ caller: Caller) async throws(RPCError) -> JSONValue {
    guard let method = methods[call.method] else {
      throw RPCError(.methodNotFound, Suggestion.unknown("method", call.method, among: names))
    }
    guard call.parameters.object != nil else {
      throw RPCError(.invalidParameters, "parameters are taken by name: 'params' must be an object")
    }
    do throws(Fault) {
      if method.isForAdmins { try Endpoint.requireAdmin(caller.isAdmin) }
      return try await method.begin(JSONReader(call.parameters), caller).answer()
    } catch {
      caller.account.note { [code = error.code] in $0.faults[code, default: 0] += 1 }
      throw RPCError(error)
    }
  }
}

/// One request as JSON-RPC has it.
struct RPCCall {
  let method: String
  let parameters: JSONValue
  /// null as well where there is none.
  let id: JSONValue
  /// Whether there is no id at all: nobody waits for an answer.
  let isNotification: Bool

  init(_ value: JSONValue) throws(RPCError) {
    guard let object = value.object else {
      throw RPCError(.invalidRequest, "expected an object, found \(value.kind)")
    }
    guard object["jsonrpc"] == "2.0" else {
      throw RPCError(.invalidRequest, "'jsonrpc' must be \"2.0\"")
    }
    guard let method = object["method"]?.string else {
      throw RPCError(.invalidRequest, "'method' must be a string")
    }
    if let id = object["id"], !Self.isID(id) {
      throw RPCError(.invalidRequest, "'id' must be a string, a number or null")
    }
    let known = ["jsonrpc", "method", "params", "id"]
    if let other = object.keys.first(where: { !known.contains($0) }) {
      throw RPCError(.invalidRequest, Suggestion.unknown("member", other, among: known))
    }
    switch object["params"] {
    case .object(let parameters)?: self.parameters = .object(parameters)
    case nil: parameters = .object(JSONObject())
    case .array(let values)?: parameters = values.isEmpty ? .object(JSONObject()) : .array(values)
    case .some: throw RPCError(.invalidRequest, "'params' must be an object")
    }
    self.method = method
    id = object["id"] ?? .null
    isNotification = !object.keys.contains("id")
  }

  /// The id to answer with what cannot be read as a request: null where there is none that could be told.
  static func id(of value: JSONValue) -> JSONValue {
    guard let id = value["id"], isID(id) else { return .null }
    return id
  }

  private static func isID(_ value: JSONValue) -> Bool {
    switch value {
    case .string, .int, .number, .null: true
    case .bool, .array, .object: false
    }
  }
}
