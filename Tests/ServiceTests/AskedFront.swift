import Foundation
import HTTP
import HTTPServing
import JSON
import Service
import Testing

/// What came back, whichever way it was asked.
struct Came: Sendable {
  let status: Int
  let headers: [(name: String, value: String)]
  let body: [UInt8]

  subscript(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// What requests are put to, without a socket or over one.
protocol Asked: Sendable {
  func ask(_ row: RequestRow) async throws -> Came
}

extension Front: Asked {
  /// Asks without a socket, as the server would: first the head alone, then all of it.
  func ask(_ row: RequestRow) async throws -> Came {
    let target = row.path.split(separator: "?", maxSplits: 1).map(String.init)
    let query = (target.count > 1 ? target[1] : "").split(separator: "&").map { pair in
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return RequestHead.Field(halves[0], halves.count > 1 ? halves[1] : "")
    }
    let head = RequestHead(
      method: row.method, path: target[0], query: query,
      headers: row.headers.map { RequestHead.Field($0.name, $0.value) })
    let reply: Reply
    if let refusal = refuse(head) {
      reply = refusal
    } else {
      reply = await self.reply(to: Request(head, body: row.body))
    }
    let bytes: [UInt8]
    switch reply.body {
    case .bytes(let whole): bytes = whole
    case .stream(let produce):
      let writer = BodyWriter()
      try await produce(writer)
      bytes = writer.pending
    }
    return Came(
      status: reply.status, headers: reply.headers.map { ($0.name, $0.value) },
      body: row.method == "HEAD" ? [] : bytes)
  }
}

/// A front behind a port of the loopback interface.
final class LiveFront: Asked {
  let server: HTTPServer
  private let client: HTTPClient

  init(_ front: Front, _ options: ServerOptions = ServerOptions()) throws {
    server = try HTTPServer(options, front)
    client = try HTTPClient()
  }

  deinit {
    client.close()
    server.close()
  }

  func ask(_ row: RequestRow) async throws -> Came {
    guard let method = HTTPRequest.Method(rawValue: row.method) else { return try await byHand(row) }
    let answer = try await client.send(
      HTTPRequest(
        method, "http://127.0.0.1:\(server.port)\(row.path)",
        headers: row.headers.map { HTTPHeader($0.name, $0.value) } + noType(row), body: row.body,
        timeouts: HTTPTimeouts(totalMilliseconds: 60_000)))
    return Came(status: answer.status, headers: answer.headers.map { ($0.name, $0.value) }, body: answer.body)
  }

  /// libcurl names a type of its own unless it is told that there is none.
  private func noType(_ row: RequestRow) -> [HTTPHeader] {
    row.headers.contains { $0.name == "Content-Type" } ? [] : [HTTPHeader("Content-Type", "")]
  }

  /// The methods that no judge's client needs.
  private func byHand(_ row: RequestRow) async throws -> Came {
    let lines =
      ["\(row.method) \(row.path) HTTP/1.1", "Host: test", "Connection: close", "Content-Length: \(row.body.count)"]
      + row.headers.map { "\($0.name): \($0.value)" }
    return try await send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + row.body)
  }

  /// Sends bytes as they are, and reads the answer, which states its length or ends with the connection.
  func send(_ request: [UInt8]) async throws -> Came {
    let port = server.port
    let bytes: [UInt8] = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: exchange(request, port: port)) }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let end = try #require(text.range(of: "\r\n\r\n"))
    let head = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let headers = head.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      return (String(line[..<colon]), line[colon...].dropFirst().trimmingCharacters(in: .whitespaces))
    }
    let status = Int(head[0].split(separator: " ").dropFirst().first ?? "") ?? 0
    return Came(status: status, headers: headers, body: Array(text[end.upperBound...].utf8))
  }
}

/// Sends `bytes` and reads one answer, on a thread that may wait.
private func exchange(_ bytes: [UInt8], port: Int) -> [UInt8] {
  let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(socket) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  let connected = withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  guard connected == 0, send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return [] }
  var all: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 64 << 10)
  while !isWhole(all) {
    let count = recv(socket, &block, block.count, 0)
    if count <= 0 { break }
    all += block.prefix(count)
  }
  return all
}

/// Whether an answer has as many bytes as it says.
private func isWhole(_ bytes: [UInt8]) -> Bool {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let end = text.range(of: "\r\n\r\n") else { return false }
  let length = text[..<end.lowerBound].components(separatedBy: "\r\n").first {
    $0.lowercased().hasPrefix("content-length:")
  }
  guard let length = length.flatMap({ Int($0.split(separator: " ").last ?? "") }) else { return false }
  return text[end.upperBound...].utf8.count >= length
}

extension RequestRow {
  /// Holds what came against what was to come.
  func check(_ came: Came, _ comment: String) throws {
    let shown = Comment(rawValue: "\(comment): \(came.text.prefix(2000))")
    #expect(came.status == status, shown)
    #expect(came["X-Request-ID"]?.isEmpty == false, shown)
    for header in answerHeaders {
      let found: JSONValue = came[header.name].map { .string($0) } ?? .null
      #expect(found.mismatch(with: header.value, at: JSONPath(header.name)) == nil, shown)
    }
    if let answer {
      let found = try JSONParser.parse(came.body)
      let problem = found.mismatch(with: answer)
      #expect(problem == nil, shown)
    }
    guard let lines, let ending = lines.last else { return }
    var found = try came.text.split(separator: "\n").map { try JSONParser.parse(String($0)) }
    let popped = found.popLast()
    let last = try #require(popped, shown)
    #expect(last.mismatch(with: ending) == nil, shown)
    let expected = lines.dropLast()
    #expect(found.count == expected.count, shown)
    for line in expected { #expect(found.contains { $0.mismatch(with: line) == nil }, "\(line) in \(shown)") }
  }
}
