import HTTPServing
import JSON

extension Method {
  /// The method at its path.
  func endpoint(_ limits: RequestLimits) -> Endpoint {
    Endpoint(verb, path, isOpen: isOpen) { (request, caller) throws(Fault) in
      let value = try verb == .get ? Self.query(of: request.head) : limits.parse(request.body)
      let work = try await begin(JSONReader(value), caller)
      if lines != nil, request.head.wantsLines, case .results(let results) = work { return results.lines }
      if case .whole(let value, let status) = work { return try .json(value, status: status) }
      return try .json(try await work.answer())
    }
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
