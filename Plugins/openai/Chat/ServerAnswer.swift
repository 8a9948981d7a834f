import JSON
import Wire

/// The body of an answer with status 200, before anything is known of what it holds.
struct ServerAnswer {
  /// Who answered: named in every message.
  struct Source: Sendable, Hashable {
    let model: String
    /// The base URL.
    let server: String
    private let secrets: [String]

    init(model: String, server: String, secrets: [String] = []) {
      self.model = model
      self.server = server
      self.secrets = secrets
    }

    /// Who gave an answer to a request for `model`.
    init(model: String, _ delivered: Delivered) {
      self.init(model: model, server: delivered.server, secrets: delivered.secrets)
    }

    /// A failure that says who it was.
    func error(_ reason: UnscoredReason, _ what: String) -> Unscored {
      Unscored(reason, "model '\(Quote.of(model))' at \(server): \(what)")
    }

    /// What was answered, as it may stand in a message: one line, bounded, without the key that the server may have echoed.
    func quote(_ text: String) -> String { Quote.of(withoutSecrets(text)) }

    fileprivate func withoutSecrets(_ text: String) -> String {
      secrets.reduce(text) { ServerWords.hide($1, in: $0) }
    }
  }

  /// The object that the body is. Throws for everything else, and for an object that is an error in spite of its status.
  static func object(_ body: [UInt8], from source: Source) throws(Unscored) -> JSONValue {
    let value = try value(body, from: source)
    guard value.object != nil else {
      throw source.error(
        .judgeError, "the answer is \(value.kind), expected an object; is the URL that of a model server?")
    }
    return value
  }

  /// The JSON that the body is. Throws for an object that is an error in spite of its status.
  static func value(_ body: [UInt8], from source: Source) throws(Unscored) -> JSONValue {
    guard let first = body.first(where: { $0 > 0x20 }) else {
      throw source.error(.judgeError, "the answer is empty; a proxy before the server may have cut it")
    }
    guard first != UInt8(ascii: "<") else {
      throw source.error(
        .judgeError,
        "the answer is a page (\(source.quote(title(body)))), not JSON; does the URL lead to the model server, and not to a "
          + "proxy or a login?")
    }
    let value = try parse(body, from: source)
    if let error = ServerError(value) { throw error.unscored(source) }
    return value
  }

  private static func parse(_ body: [UInt8], from source: Source) throws(Unscored) -> JSONValue {
    do {
      return try JSONParser.parse(body)
    } catch {
      // Only now: hardly any answer needs it. A NUL, or half of a pair that stands for one character, is valid JSON and no
      // text; in one of a thousand alternatives to a token it must not cost the whole answer.
      if let repaired = UnpairedEscapes.replaced(in: body), let value = try? JSONParser.parse(repaired) { return value }
      throw source.error(
        .judgeError,
        "the answer is not JSON (\(source.quote("\(error)"))); \(body.count) bytes, ending in '\(source.quote(end(of: body, source)))'"
      )
    }
  }

  /// Of the last kilobytes, so that no part of a key is left over from cutting.
  private static func end(of body: [UInt8], _ source: Source) -> String {
    String(source.withoutSecrets(String(decoding: body.suffix(4096), as: UTF8.self)).suffix(40))
  }

  /// What a page calls itself, or how it begins.
  private static func title(_ body: [UInt8]) -> String {
    let page = Array(body.prefix(4096))
    let folded = page.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    guard let open = folded.firstRange(of: Array("<title>".utf8)),
      let close = folded[open.upperBound...].firstRange(of: Array("</title>".utf8))
    else { return String(decoding: page.prefix(60), as: UTF8.self) }
    return String(decoding: page[open.upperBound..<close.lowerBound], as: UTF8.self)
  }
}

/// An error object that came with status 200, in one of the shapes that servers give it.
struct ServerError {
  let message: String
  /// A number like an HTTP status, where there is one.
  let code: Int?

  /// nil where the object is no error: one with `choices` and an `error` that is null is none.
  init?(_ answer: JSONValue) {
    if let error = answer["error"], !error.isNull, error != false {
      message = error["message"]?.string ?? error.string ?? (try? JSONWriter.compact(error)) ?? ""
      code = Self.code(error["code"]) ?? Self.code(answer["code"])
    } else if answer["object"]?.string == "error" || (answer["message"]?.string != nil && answer["code"]?.int != nil) {
      message = answer["message"]?.string ?? ""
      code = Self.code(answer["code"])
    } else if let detail = answer["detail"], answer.object?.count == 1 {
      message = detail.string ?? (try? JSONWriter.compact(detail)) ?? ""
      code = nil
    } else {
      return nil
    }
  }

  private static func code(_ value: JSONValue?) -> Int? { value?.int ?? value?.string.flatMap { Int($0) } }

  /// `overloaded` and `timeout` where the code says so: asking again later may then help.
  func unscored(_ source: ServerAnswer.Source) -> Unscored {
    let reason: UnscoredReason =
      switch code {
      case 429, 503, 529: .overloaded
      case 408, 504: .timeout
      default: .judgeError
      }
    let number = code.map { " \($0)" } ?? ""
    return source.error(reason, "status 200, but the answer is an error\(number): \(source.quote(message))")
  }
}

/// What a server says, as it may stand in a message.
enum Quote {
  private static let limit = 300

  /// One line of bounded length without control characters.
  static func of(_ text: String) -> String {
    let shown = text.prefix(limit)
    let line = String(
      String.UnicodeScalarView(
        shown.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0 }))
    return shown.endIndex == text.endIndex ? line : line + "…"
  }
}

/// Escapes in JSON that stand for no character of a text: `\u0000`, and halves of surrogate pairs.
enum UnpairedEscapes {
  /// The text with `\ufffd` in their place; nil where there are none.
  static func replaced(in json: [UInt8]) -> [UInt8]? {
    var text = json
    var isChanged = false
    var at = 0
    while at + 1 < text.count {
      guard text[at] == backslash else {
        at += 1
        continue
      }
      guard let unit = unit(text, at) else {
        at += 2
        continue
      }
      if (0xD800..<0xDC00).contains(unit), let next = self.unit(text, at + 6), (0xDC00..<0xE000).contains(next) {
        at += 12
        continue
      }
      if unit == 0 || (0xD800..<0xE000).contains(unit) {
        text.replaceSubrange(at..<at + 6, with: "\\ufffd".utf8)
        isChanged = true
      }
      at += 6
    }
    return isChanged ? text : nil
  }

  private static let backslash = UInt8(ascii: "\\")

  /// The number in `\uXXXX` at `at`; nil where there is another escape, or none.
  private static func unit(_ text: [UInt8], _ at: Int) -> Int? {
    guard at + 6 <= text.count, text[at] == backslash, text[at + 1] == UInt8(ascii: "u") else { return nil }
    return Int(String(decoding: text[at + 2..<at + 6], as: UTF8.self), radix: 16)
  }
}
