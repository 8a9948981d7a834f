/// An answer while it comes in, within its limits.
struct IncomingAnswer {
  private(set) var status = 0
  private(set) var headers: [HTTPHeader] = []
  private(set) var body: [UInt8] = []
  private(set) var hasAllHeaders = false
  /// Why no more of it is wanted.
  private(set) var failure: HTTPFailure?

  private let maxHeaderBytes: Int
  private let maxBodyBytes: Int
  private var headerBytes = 0

  init(maxHeaderBytes: Int, maxBodyBytes: Int) {
    self.maxHeaderBytes = maxHeaderBytes
    self.maxBodyBytes = maxBodyBytes
  }

  /// Takes one line, with its end; false: the answer is to be cut off.
  mutating func takeHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    headerBytes += line.count
    guard headerBytes <= maxHeaderBytes else {
      return refuse("the headers of the answer are longer than \(maxHeaderBytes) bytes")
    }
    // What follows the body says nothing about it any more.
    if hasAllHeaders { return true }
    let content = Self.trimmed(line[...])
    if content.isEmpty { return endHeaders() }
    if line[0] == UInt8(ascii: " ") || line[0] == UInt8(ascii: "\t") {
      continueValue(with: content)
    } else if headers.isEmpty, let status = Self.status(content) {
      self.status = status
    } else if let colon = content.firstIndex(of: UInt8(ascii: ":")) {
      headers.append(HTTPHeader(Self.text(content[..<colon]), Self.text(Self.trimmed(content[(colon + 1)...]))))
    }
    return true
  }

  /// Takes a piece of the body; false: the answer is to be cut off.
  mutating func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= maxBodyBytes - body.count else { return refuseBody() }
    let wanted = body.count + bytes.count
    // Doubled as usual, but not past the limit.
    if wanted > body.capacity { body.reserveCapacity(min(maxBodyBytes, max(wanted, 2 * body.capacity))) }
    body.append(contentsOf: bytes)
    return true
  }

  private mutating func endHeaders() -> Bool {
    // 100 Continue and its kin announce an answer.
    if status < 200 {
      headers.removeAll()
      return true
    }
    hasAllHeaders = true
    guard let stated = headers.first(where: { $0.name.isEqual(toLowercase: "content-length") })?.value else {
      return true
    }
    guard let size = Int(stated) else {
      // libcurl refuses what is no number, but takes one that is too large for it as none at all.
      return stated.utf8.allSatisfy { (0x30...0x39).contains($0) } ? refuseBody() : true
    }
    if size > maxBodyBytes { return refuseBody() }
    // A server can say what it likes, so this is no more than a start.
    body.reserveCapacity(min(size, 64 << 10))
    return true
  }

  private mutating func continueValue(with content: Slice<UnsafeBufferPointer<UInt8>>) {
    guard !headers.isEmpty else { return }
    headers[headers.count - 1].value += " " + Self.text(content)
  }

  private mutating func refuseBody() -> Bool { refuse("the answer is longer than \(maxBodyBytes) bytes") }

  private mutating func refuse(_ message: String) -> Bool {
    failure = failure ?? HTTPFailure(.tooLarge, message)
    body = []
    return false
  }

  /// The number of `HTTP/1.1 200 OK`.
  private static func status(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    guard line.starts(with: "HTTP/".utf8), let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    let digits = line[space...].dropFirst().prefix(3)
    guard digits.count == 3 else { return nil }
    return Int(text(digits))
  }

  private static func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var bytes = bytes
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    return bytes
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }

  private static func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes), as: UTF8.self)
  }
}
