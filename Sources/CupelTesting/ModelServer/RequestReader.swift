/// A request as it was read from a connection.
struct ReadRequest {
  let method: String
  let target: String
  let headers: [ModelServer.Header]
  let body: [UInt8]
  /// Whether the connection ends with the reply.
  let isLast: Bool
}

/// Takes requests (RFC 9112) out of the bytes of a connection; whatever follows a request stays for the next.
struct RequestReader {
  /// Why the bytes are no request.
  enum Failure: Int, Error {
    case malformed = 400
    case tooLarge = 413
    case headTooLarge = 431
  }

  static let headLimit = 256 << 10
  static let bodyLimit = 1 << 30

  private struct Head {
    let method: String
    let target: String
    let headers: [ModelServer.Header]
    let isLast: Bool
    let length: BodyLength
    let expectsContinue: Bool
  }

  private enum BodyLength {
    case bytes(Int)
    case chunked
  }

  private var buffer: [UInt8] = []
  private var at = 0
  /// Up to here there is no end of a head.
  private var lookedAt = 0
  private var head: Head?
  private var chunks: [UInt8] = []

  /// How many bytes lie here that are no part of a request that was taken.
  var waiting: Int { buffer.count - at }

  /// Whether the head of the next request is there and asks to be told to go on; true once per request.
  private(set) var wantsContinue = false

  mutating func confirmContinue() { wantsContinue = false }

  mutating func append(_ bytes: some Sequence<UInt8>) { buffer += bytes }

  /// The next request that is complete; nil where more bytes are needed.
  mutating func next() throws(Failure) -> ReadRequest? {
    if head == nil {
      guard let lines = try takeHeadLines() else { return nil }
      head = try Self.parseHead(lines)
      wantsContinue = head?.expectsContinue ?? false
    }
    guard let head, let body = try takeBody(head.length) else { return nil }
    self.head = nil
    wantsContinue = false
    compact()
    return ReadRequest(
      method: head.method, target: head.target, headers: head.headers, body: body, isLast: head.isLast)
  }

  private mutating func takeHeadLines() throws(Failure) -> [ArraySlice<UInt8>]? {
    // Empty lines before a request line are skipped (RFC 9112 §2.2).
    while at + 1 < buffer.count, buffer[at] == 13, buffer[at + 1] == 10 { at += 2 }
    // What was looked at before is not looked at again, but for its last bytes, which may be the beginning of the end.
    guard let end = find([13, 10, 13, 10], from: max(at, lookedAt - 3)) else {
      lookedAt = buffer.count
      if waiting > Self.headLimit { throw .headTooLarge }
      return nil
    }
    lookedAt = 0
    var lines: [ArraySlice<UInt8>] = []
    var start = at
    while start < end {
      let lineEnd = find([13, 10], from: start) ?? end
      lines.append(buffer[start..<lineEnd])
      start = lineEnd + 2
    }
    at = end + 4
    return lines
  }

  private static func parseHead(_ lines: [ArraySlice<UInt8>]) throws(Failure) -> Head {
    let words = (lines.first ?? []).split(separator: 32, omittingEmptySubsequences: false).map(text)
    guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].first == "/" else { throw .malformed }
    var headers: [ModelServer.Header] = []
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { throw .malformed }
      headers.append(ModelServer.Header(text(line[..<colon]), text(trimmed(line[(colon + 1)...]))))
    }
    let connection = headers.value(of: "Connection")?.lowercased()
    let isLast = connection == "close" || (words[2] == "HTTP/1.0" && connection != "keep-alive")
    return Head(
      method: words[0], target: words[1], headers: headers, isLast: isLast, length: try bodyLength(headers),
      expectsContinue: headers.value(of: "Expect")?.lowercased() == "100-continue")
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 32 || byte == 9 }
    let rest = bytes.drop(while: isBlank)
    return rest[..<(rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex)]
  }

  private static func bodyLength(_ headers: [ModelServer.Header]) throws(Failure) -> BodyLength {
    if let coding = headers.value(of: "Transfer-Encoding") {
      guard coding.lowercased() == "chunked" else { throw .malformed }
      return .chunked
    }
    guard let text = headers.value(of: "Content-Length") else { return .bytes(0) }
    guard let count = Int(text), count >= 0 else { throw .malformed }
    guard count <= bodyLimit else { throw .tooLarge }
    return .bytes(count)
  }

  private mutating func takeBody(_ length: BodyLength) throws(Failure) -> [UInt8]? {
    switch length {
    case .bytes(let count):
      guard waiting >= count else { return nil }
      defer { at += count }
      return Array(buffer[at..<at + count])
    case .chunked:
      while let size = try takeChunk() {
        if size > 0 { continue }
        defer { chunks = [] }
        return chunks
      }
      return nil
    }
  }

  /// Takes one chunk, and returns its size; the last has the size 0. Trailers are not read.
  private mutating func takeChunk() throws(Failure) -> Int? {
    guard let lineEnd = find([13, 10], from: at) else { return nil }
    let digits = String(decoding: buffer[at..<lineEnd], as: UTF8.self).prefix { $0 != ";" }
    guard let size = Int(digits, radix: 16), size >= 0 else { throw .malformed }
    guard size <= Self.bodyLimit - chunks.count else { throw .tooLarge }
    let start = lineEnd + 2
    guard buffer.count >= start + size + 2 else { return nil }
    guard buffer[start + size] == 13, buffer[start + size + 1] == 10 else { throw .malformed }
    chunks += buffer[start..<start + size]
    at = start + size + 2
    return size
  }

  private func find(_ pattern: [UInt8], from start: Int) -> Int? {
    guard buffer.count >= start + pattern.count else { return nil }
    return (start...buffer.count - pattern.count).first { at in
      buffer[at] == pattern[0] && pattern.indices.allSatisfy { buffer[at + $0] == pattern[$0] }
    }
  }

  private mutating func compact() {
    buffer.removeFirst(at)
    at = 0
  }
}
