import HTTPServing
import JSON

extension Method {
  /// The method at its path.
  func endpoint(_ limits: RequestLimits) -> Endpoint {
    Endpoint(verb, path, isOpen: isOpen, isForAdmins: isForAdmins) { (request, caller) throws(Fault) in
      var reply = try await reply(to: request, caller, limits)
      reply.headers += marks
      return reply
    }
  }

  private func reply(to request: Request, _ caller: Caller, _ limits: RequestLimits) async throws(Fault) -> Reply {
    let value = try asked(request, caller, limits)
    let work = try await begin(JSONReader(value), caller)
    if lines != nil, request.head.wantsLines, case .results(let results) = work { return results.lines }
    if case .page(_, let html) = work, request.head.wantsPage { return .page(html) }
    if case .whole(let value, let status) = work { return try .json(value, status: status) }
    return try .json(try await work.answer())
  }

  /// The query or the body, with what stands in the path.
  private func asked(_ request: Request, _ caller: Caller, _ limits: RequestLimits) throws(Fault) -> JSONValue {
    // Where the path says what it is about, there may be nothing left to say.
    let isBlank = request.body.isEmpty && !caller.place.isEmpty
    let value = try verb != .post || isBlank ? Self.query(of: request.head) : limits.parse(request.body)
    guard !caller.place.isEmpty, var object = value.object else { return value }
    for (name, text) in caller.place.sorted(by: { $0.key < $1.key }) {
      guard object[name] == nil else {
        throw Fault(.invalidRequest, "stands in the path already", path: JSONPath()[name].description)
      }
      object[name] = .string(text)
    }
    return .object(object)
  }

  /// The query as the object that the method reads: every parameter is a text.
  private static func query(of head: RequestHead) throws(Fault) -> JSONValue {
    var object = JSONObject()
    for parameter in head.query {
      guard object[parameter.name] == nil else {
        throw Fault(.invalidRequest, "is given twice in the query", path: JSONPath()[parameter.name].description)
      }
      object[parameter.name] = .string(parameter.value)
    }
    return .object(object)
  }
}

extension RequestHead {
  /// Whether the client asks for results line by line, as they come.
  fileprivate var wantsLines: Bool {
    guard let accept = self["Accept"] else { return false }
    return accept.split(separator: ",").contains { range in
      let type = range.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
      return type == "application/x-ndjson" || type == "application/jsonl"
    }
  }
}

extension RequestHead {
  /// Whether the client would rather have a page than JSON: HTML stands in what it accepts, and JSON does not.
  fileprivate var wantsPage: Bool {
    guard let accept = self["Accept"]?.lowercased() else { return false }
    return accept.contains("text/html") && !accept.contains("application/json")
  }
}

extension Reply {
  /// A page that needs nothing else and is let do nothing: it shows what strangers wrote.
  fileprivate static func page(_ html: String) -> Reply {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
    return Reply(
      200,
      headers: [
        .init("Content-Type", "text/html; charset=utf-8"), .init("Content-Security-Policy", policy),
        .init("X-Content-Type-Options", "nosniff"),
      ], body: Array(html.utf8))
  }
}

extension ResultStream {
  /// One line for each result as it comes, and a last one that says that these are all. What cannot be finished is cut off in the
  /// middle: without the last line an answer is not whole.
  fileprivate var lines: Reply {
    Reply(200, headers: [.init("Content-Type", "application/x-ndjson")]) { writer in
      var written = 0
      for await (index, value) in results {
        try await writer.write(Self.line([("index", .int(Int64(index))), (element, value)]))
        written += 1
      }
      guard written == count else { throw Self.incomplete(written, of: count) }
      let sums = ending().members.map { ($0.key, $0.value) }
      try await writer.write(Self.line([("done", true), ("count", .int(Int64(count)))] + sums))
    }
  }

  private static func line(_ members: [(String, JSONValue)]) throws(JSONError) -> [UInt8] {
    try JSONWriter.bytes(.object(JSONObject(members))) + [UInt8(ascii: "\n")]
  }
}
