import JSON

/// What a server says of an error, out of whatever it wrote.
struct ServerWords: Sendable, Hashable {
  /// One line, bounded, without control characters and secrets; empty where the server said nothing.
  let message: String
  /// `code` and `type` of an error object, in lower case: what programs decide by.
  let codes: [String]

  private static let longest = 400
  /// JSON takes up to 77 times its size in memory, and no error is that long.
  private static let jsonLimit = 256 << 10

  /// Reads the error objects of OpenAI, vLLM (old and new), SGLang, llama.cpp, FastAPI and text-embeddings servers, the
  /// title of a page in HTML, or plain text. Of `secrets` nothing remains.
  init(_ body: [UInt8], secrets: [String]) {
    let json = body.count <= Self.jsonLimit ? try? JSONParser.parse(body) : nil
    let (text, codes) = json.flatMap(Self.words) ?? (Self.plain(body), [])
    message = Self.line(secrets.reduce(text) { Self.hide($1, in: $0) })
    self.codes = codes
  }

  private static func words(_ json: JSONValue) -> (String, [String])? {
    if let text = json.string { return (text, []) }
    let error = json["error"] ?? json
    let codes = ["code", "type", "error_type"].compactMap { error[$0]?.string?.lowercased() }
    let text =
      error.string ?? error["message"]?.string ?? json["message"]?.string ?? json["detail"].flatMap(detail)
      ?? error["error"]?.string
    return text.map { ($0, codes + [json["error_type"]?.string?.lowercased()].compactMap(\.self)) }
  }

  /// FastAPI: a text, an object with a message, or a list of what is wrong where.
  private static func detail(_ value: JSONValue) -> String? {
    if let text = value.string ?? value["message"]?.string ?? value["error"]?.string { return text }
    let faults = (value.array ?? []).prefix(5).compactMap { fault in
      fault["msg"]?.string.map { message in
        let place = (fault["loc"]?.array ?? []).map { $0.string ?? $0.int.map(String.init) ?? "" }
        return (place.isEmpty ? "" : place.joined(separator: ".") + ": ") + message
      }
    }
    return faults.isEmpty ? nil : faults.joined(separator: "; ")
  }

  /// The title of a page, or the beginning of a text.
  private static func plain(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(16 << 10), as: UTF8.self)
    guard text.drop(while: \.isWhitespace).hasPrefix("<") else { return text }
    for tag in ["title", "h1"] {
      if let inside = element(tag, of: text) { return inside }
    }
    return withoutTags(text)
  }

  private static func element(_ tag: String, of page: String) -> String? {
    // Compared in lower case, byte for byte: ASCII letters keep their places.
    let bytes = Array(page.utf8)
    let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    let open = Array("<\(tag)>".utf8), close = Array("</\(tag)>".utf8)
    guard let start = find(open, in: lower, from: 0), let end = find(close, in: lower, from: start) else { return nil }
    let inside = String(decoding: bytes[(start + open.count)..<end], as: UTF8.self)
    return inside.allSatisfy(\.isWhitespace) ? nil : withoutTags(inside)
  }

  private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= start + pattern.count else { return nil }
    return (start...bytes.count - pattern.count).first { bytes[$0...].starts(with: pattern) }
  }

  private static func withoutTags(_ text: String) -> String {
    var isInTag = false
    var plain = ""
    for character in text {
      if character == "<" { isInTag = true }
      if !isInTag { plain.append(character) }
      if character == ">" {
        isInTag = false
        plain.append(" ")
      }
    }
    return plain
  }

  /// One line of visible text. Control characters and those that turn the direction of writing become spaces.
  private static func line(_ text: String) -> String {
    var line = ""
    for word in text.unicodeScalars.split(whereSeparator: isBlank) {
      if !line.isEmpty { line += " " }
      line.unicodeScalars.append(contentsOf: word)
      if line.count > longest { return line.prefix(longest) + "…" }
    }
    return line
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .unassigned: true
    default: false
    }
  }

  /// Shorter texts are no secrets, and taking them away would spoil every message.
  private static let shortestSecret = 4

  /// The text with `[key]` wherever it holds `secret`.
  static func hide(_ secret: String, in text: String) -> String {
    guard secret.utf8.count >= shortestSecret else { return text }
    let bytes = Array(text.utf8), pattern = Array(secret.utf8)
    var shown: [UInt8] = []
    var at = 0
    while let found = find(pattern, in: bytes, from: at) {
      shown += bytes[at..<found] + Array("[key]".utf8)
      at = found + pattern.count
    }
    return String(decoding: shown + bytes[at...], as: UTF8.self)
  }
}
