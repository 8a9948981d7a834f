public import JSON

/// One piece of a prompt or an answer.
public enum Part: Sendable, Hashable {
  /// Words, as they were sent.
  case text(String)
  /// A file, shown where it is named.
  case media(MediaReference)
}

/// A picture, sound or video that is named, not yet loaded.
public struct MediaReference: Sendable, Hashable {
  /// What the file has to hold: a still picture, a sound track, moving pictures. One that holds something else is
  /// refused when it is loaded.
  public enum Kind: String, Sendable, CaseIterable { case image, sound, video }

  /// Comes from the field that named the file, not from the file.
  public let kind: Kind
  /// A `data:` URL, a `file:` URL or a path. What may be loaded is decided by the loader, not here.
  public let url: String

  /// A reference; nothing is looked up or checked yet.
  public init(kind: Kind, url: String) {
    self.kind = kind
    self.url = url
  }
}

/// What one side said in a conversation; `role` is nil for content that is not a chat.
public struct Turn: Sendable, Hashable {
  /// `system`, `user`, `assistant`, or another word that the chat uses.
  public let role: String?
  /// In the order they were said.
  public let parts: [Part]

  /// A turn of a chat, or with `role` nil content that is none.
  public init(role: String?, parts: [Part]) {
    self.role = role
    self.parts = parts
  }
}

/// A prompt, a response or a reference: plain text, a list of parts, or a chat.
public struct Content: Sendable, Hashable {
  /// One for text and for parts, one per message for a chat.
  public let turns: [Turn]

  /// A chat.
  public init(turns: [Turn]) { self.turns = turns }
  /// Plain text.
  public init(_ text: String) { turns = [Turn(role: nil, parts: [.text(text)])] }
  /// Text and media in the order they are to be shown.
  public init(parts: [Part]) { turns = [Turn(role: nil, parts: parts)] }

  /// All parts, turn after turn.
  public var parts: [Part] { turns.count == 1 ? turns[0].parts : turns.flatMap(\.parts) }
  /// The media of all turns, in the order they are named.
  public var media: [MediaReference] {
    parts.compactMap { if case .media(let reference) = $0 { reference } else { nil } }
  }
  /// The text parts of all turns, joined by blank lines.
  public var text: String {
    parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n\n")
  }
  /// True when there is nothing to judge: no media, and no text but white space.
  public var isBlank: Bool {
    turns.allSatisfy { turn in
      turn.parts.allSatisfy { if case .text(let text) = $0 { text.allSatisfy(\.isWhitespace) } else { false } }
    }
  }
}

extension Content {
  /// Reads a string, a list of OpenAI-style parts (`text`, `image_url`, `input_audio`, `audio_url`, `video_url`) or a list of chat
  /// messages (`role`, `content`).
  public init(_ reader: JSONReader) throws(JSONError) {
    if let text = reader.value.string {
      self.init(text)
      return
    }
    guard reader.value.array != nil else {
      throw reader.error("expected a string, a list of parts or a list of chat messages, found \(reader.value.kind)")
    }
    let elements = try reader.array()
    if let first = elements.first, first["role"] != nil || first["content"] != nil {
      var turns: [Turn] = []
      for element in elements { turns.append(try Turn(element)) }
      self.init(turns: turns)
    } else {
      self.init(parts: try Part.list(elements))
    }
  }
}

extension Turn {
  fileprivate init(_ reader: JSONReader) throws(JSONError) {
    role = try reader.require("role").string()
    let content = try reader.require("content")
    if let text = content.value.string { parts = [.text(text)] } else { parts = try Part.list(try content.array()) }
  }
}

extension Part {
  fileprivate static func list(_ readers: [JSONReader]) throws(JSONError) -> [Part] {
    var parts: [Part] = []
    for reader in readers { parts.append(try Part(reader)) }
    return parts
  }

  private enum Kind: String, CaseIterable {
    case text, image = "image_url", audio = "input_audio", video = "video_url", sound = "audio_url"
  }

  private init(_ reader: JSONReader) throws(JSONError) {
    switch try reader.require("type").choice(Kind.self) {
    case .text: self = .text(try reader.require("text").string())
    case .image: self = .media(.init(kind: .image, url: try MediaReference.url(reader.require("image_url"))))
    case .video: self = .media(.init(kind: .video, url: try MediaReference.url(reader.require("video_url"))))
    case .sound: self = .media(.init(kind: .sound, url: try MediaReference.url(reader.require("audio_url"))))
    case .audio:
      let audio = try reader.require("input_audio")
      let format = try MediaReference.audioFormat(audio.require("format"))
      self = .media(.init(kind: .sound, url: "data:audio/\(format);base64,\(try audio.require("data").string())"))
    }
  }
}

extension MediaReference {
  /// OpenAI writes `{"url": "…"}`; a bare string is common in data sets.
  static func url(_ reader: JSONReader) throws(JSONError) -> String {
    if let text = reader.value.string { return text }
    guard reader.value.object != nil else {
      throw reader.error("expected a URL or an object with 'url', found \(reader.value.kind)")
    }
    return try reader.require("url").string()
  }

  /// It becomes part of a `data:` URL, which a comma or semicolon would cut short.
  fileprivate static func audioFormat(_ reader: JSONReader) throws(JSONError) -> String {
    let format = try reader.string()
    let isName = format.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (97...122).contains(byte | 0x20) || "+-.".utf8.contains(byte)
    }
    guard isName, !format.isEmpty else {
      throw reader.error("'\(format)' does not name an audio format; give one such as 'wav' or 'mp3'")
    }
    return format
  }
}
