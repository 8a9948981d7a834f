import JSON

/// One step in carrying out a reply. The steps of a reply are done in order; when they are done, the connection is ready
/// for the next request, unless one of them ended it.
enum Act: Sendable {
  case send([UInt8])
  /// `count` times the letter x, without holding them.
  case fill(count: Int)
  case trickle([UInt8], every: Duration)
  case pause(Duration)
  case wait(Gate)
  case hang
  case close
  case reset
  case refuse
}

extension ModelServer.Reply {
  /// The steps that carry out this reply.
  func acts(for request: ModelServer.Request) -> [Act] {
    let waiting: [Act] = (latency > .zero ? [.pause(latency)] : []) + (gate.map { [.wait($0)] } ?? [])
    return waiting + response(to: request)
  }

  private func response(to request: ModelServer.Request) -> [Act] {
    switch delivery {
    case .whole: [.send(message)]
    case .trickle(let interval): [.trickle(message, every: interval)]
    case .huge(let count):
      [.send(head(["Content-Length: \(count)"]) + [UInt8(ascii: "\"")]), .fill(count: count - 2), .send([34])]
    case .raw(let bytes, let ending): [.send(bytes), ending.act]
    case .fault(let fault): acts(of: fault, request)
    }
  }

  private func acts(of fault: ModelServer.Fault, _ request: ModelServer.Request) -> [Act] {
    switch fault {
    case .refuse: [.refuse, .close]
    case .close: [.close]
    case .reset: [.reset]
    case .hang: [.hang]
    case .stallAfterHead: [.send(head(["Content-Length: \(body.count)"])), .hang]
    case .halfBody: [.send(message.dropping(last: body.count - body.count / 2)), .close]
    case .resetInBody: [.send(message.dropping(last: body.count - body.count / 2)), .reset]
    case .cutChunk: [.send(chunkedMessage.dropping(last: 5 + 2 + body.count / 2)), .close]
    case .missingLastChunk: [.send(chunkedMessage.dropping(last: 5)), .close]
    case .chunked: [.send(chunkedMessage)]
    case .byteByByte: [.trickle(message, every: .milliseconds(1))]
    case .hugeBody: Self.huge(bytes: 1 << 30).response(to: request)
    case .hugeHead: [.send(Array("HTTP/1.1 200 OK\r\nX-Padding: ".utf8)), .fill(count: 16 << 20), .send(message)]
    case .garbage: [.send((0..<512).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }), .close]
    case .redirectElsewhere: [.send(Self.redirect(to: "http://elsewhere.invalid\(request.target)").message)]
    case .redirectLoop: [.send(Self.redirect(307, to: request.target).message)]
    case .htmlPage, .htmlBadGateway, .errorWith200, .emptyBody, .halfJSON, .invalidUTF8, .unaskedGzip, .fewerChoices,
      .noLogprobs:
      [.send(spoilt(by: fault).message)]
    }
  }

  /// A response that is sound as HTTP, with other contents.
  private func spoilt(by fault: ModelServer.Fault) -> Self {
    var reply = self
    switch fault {
    case .htmlPage: return .text(Self.page("Sign in to the network"), type: "text/html")
    case .htmlBadGateway: return .text(Self.page("502 Bad Gateway"), status: 502, type: "text/html")
    case .errorWith200: return .json(Self.errorObject(.vllm, 500, "the engine is dead", type: nil))
    case .emptyBody: reply.body = []
    case .halfJSON: reply.body = Array(body.prefix(body.count / 2))
    case .invalidUTF8: reply.body = body.replacingFirstLetter(with: [0xC3, 0x28, 0xFF])
    case .unaskedGzip:
      reply.headers.append(ModelServer.Header("Content-Encoding", "gzip"))
      reply.body = storedGzip(body)
    case .fewerChoices: reply.editJSON { $0["choices"] = .array($0["choices"]?.array?.dropLast() ?? []) }
    case .noLogprobs:
      reply.editJSON { completion in
        let choices = completion["choices"]?.array ?? []
        completion["choices"] = .array(choices.map { $0.setting("logprobs", .null) })
      }
    default: break
    }
    return reply
  }

  private mutating func editJSON(_ change: (inout JSONObject) -> Void) {
    guard case .object(var object) = try? JSONParser.parse(body) else { return }
    change(&object)
    body = (try? JSONWriter.bytes(.object(object))) ?? body
  }

  private static func page(_ title: String) -> String {
    "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n</body>\r\n</html>\r\n"
  }

  /// Head and body.
  var message: [UInt8] {
    // 204 and 304 have no body, and no length (RFC 9110 §8.6).
    if status == 204 || status == 304 || status < 200 { return head([]) }
    return head(["Content-Length: \(body.count)"]) + body
  }

  /// The body in two chunks, then the last, which takes 5 bytes.
  private var chunkedMessage: [UInt8] {
    let half = body.count / 2
    let parts = [body[..<half], body[half...]].filter { !$0.isEmpty }
    let chunks = parts.flatMap { Array("\(String($0.count, radix: 16))\r\n".utf8) + $0 + Array("\r\n".utf8) }
    return head(["Transfer-Encoding: chunked"]) + chunks + Array("0\r\n\r\n".utf8)
  }

  private func head(_ framing: [String]) -> [UInt8] {
    let lines = headers.map { "\($0.name): \($0.value)" } + framing
    return Array(
      ("HTTP/1.1 \(status) \(reasonPhrase(status))\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n").utf8)
  }
}

extension ModelServer.Reply.Ending {
  fileprivate var act: Act {
    switch self {
    case .close: .close
    case .reset: .reset
    case .hang: .hang
    }
  }
}

extension JSONValue {
  fileprivate func setting(_ key: String, _ value: JSONValue) -> JSONValue {
    guard case .object(var object) = self else { return self }
    object[key] = value
    return .object(object)
  }
}

extension [UInt8] {
  fileprivate func dropping(last count: Int) -> [UInt8] { Array(dropLast(count)) }

  /// For a body of JSON: puts `bytes` for the first letter of the first string that is a value.
  fileprivate func replacingFirstLetter(with bytes: [UInt8]) -> [UInt8] {
    let colonQuote = indices.dropLast(2).first { self[$0] == UInt8(ascii: ":") && self[$0 + 1] == UInt8(ascii: "\"") }
    guard let colonQuote else { return bytes }
    return self[...(colonQuote + 1)] + bytes + self[(colonQuote + 2)...]
  }
}

private func reasonPhrase(_ status: Int) -> String {
  switch status {
  case 100: "Continue"
  case 200: "OK"
  case 301: "Moved Permanently"
  case 302: "Found"
  case 307: "Temporary Redirect"
  case 400: "Bad Request"
  case 401: "Unauthorized"
  case 403: "Forbidden"
  case 404: "Not Found"
  case 408: "Request Timeout"
  case 413: "Content Too Large"
  case 417: "Expectation Failed"
  case 422: "Unprocessable Content"
  case 429: "Too Many Requests"
  case 431: "Request Header Fields Too Large"
  case 500: "Internal Server Error"
  case 502: "Bad Gateway"
  case 503: "Service Unavailable"
  case 504: "Gateway Timeout"
  default: "Status \(status)"
  }
}
