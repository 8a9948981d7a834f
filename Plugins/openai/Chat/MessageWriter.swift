import JSON
import Judging
import Media
import PNGWriting
import Wire

/// Writes the messages of a call as OpenAI's protocol has them: plain strings where there is only text, else parts.
struct MessageWriter {
  let options: ChatOptions
  var body: BodyWriter

  /// The `messages` array.
  mutating func write(_ messages: [JudgeMessage]) throws {
    body.raw("[")
    var isFirst = true
    for message in try arranged(messages) {
      if !isFirst { body.raw(",") }
      isFirst = false
      try write(message)
    }
    body.raw("]")
  }

  /// Where the server knows no system role, what the system says opens the first message of the user.
  private func arranged(_ messages: [JudgeMessage]) throws(Unscored) -> [JudgeMessage] {
    guard !messages.contains(where: { $0.role == .reference }) else {
      throw Unscored(
        .invalidInput, "a message of the role reference is for scoring judges, and this judge is generative")
    }
    guard options.systemRole == .user else { return messages }
    let system = messages.filter { $0.role == .system }.flatMap(\.parts)
    var others = messages.filter { $0.role != .system }
    guard !system.isEmpty else { return messages }
    guard let first = others.first, first.role == .user else { return [JudgeMessage(.user, system)] + others }
    others[0] = JudgeMessage(.user, system + [.text("\n\n")] + first.parts)
    return others
  }

  private mutating func write(_ message: JudgeMessage) throws {
    body.raw("{\"role\":\"")
    body.plain(message.role == .system ? options.systemRole.rawValue : message.role.rawValue)
    body.raw("\",\"content\":")
    try write(content: pieces(of: message.parts))
    body.raw("}")
  }

  /// One part of a message as it is sent.
  private enum Piece {
    case text(String)
    case image(Image)
    case frames([Frame])
    case video(EncodedFile?)
    case sound(Sound, EncodedFile?)
  }

  /// What is sent of `parts`. Texts that follow one another are one: templates join parts in ways of their own.
  private func pieces(of parts: [JudgePart]) throws(Unscored) -> [Piece] {
    var pieces: [Piece] = []
    func add(text: String) {
      if case .text(let before)? = pieces.last {
        pieces[pieces.count - 1] = .text(before + text)
      } else {
        pieces.append(.text(text))
      }
    }
    for part in parts {
      switch part {
      case .text(let text): add(text: text)
      case .image(let image):
        try require(.image)
        pieces.append(.image(image))
      case .frames(let frames, let original):
        try require(.frames)
        guard !frames.isEmpty else { continue }
        switch options.frames {
        case .videoURL: pieces.append(.frames(frames))
        case .file: pieces.append(.video(original))
        case .images:
          for (number, frame) in frames.enumerated() {
            add(text: "Frame \(number + 1) of \(frames.count), at \(frame.seconds) s:")
            pieces.append(.image(frame.image))
          }
        }
      case .sound(let sound, let original):
        try require(.sound)
        pieces.append(.sound(sound, original))
      }
    }
    return pieces
  }

  private mutating func write(content pieces: [Piece]) throws {
    if pieces.isEmpty {
      body.raw("\"\"")
    } else if pieces.count == 1, case .text(let text) = pieces[0] {
      try body.value(.string(text))
    } else {
      var list = ListWriter()
      body.raw("[")
      for piece in pieces { try write(piece, &list) }
      body.raw("]")
    }
  }

  /// Puts the commas between parts: one part of a call can be several of a message.
  private struct ListWriter {
    private var isEmpty = true
    mutating func next(_ body: inout BodyWriter) {
      if !isEmpty { body.raw(",") }
      isEmpty = false
    }
  }

  private mutating func write(_ piece: Piece, _ list: inout ListWriter) throws {
    switch piece {
    case .text(let text): if !text.isEmpty { try write(text: text, &list) }
    case .image(let image): try write(image, &list)
    case .frames(let frames): try write(video: frames, &list)
    case .video(let file): try write(video: file, &list)
    case .sound(let sound, let original): try write(sound, original, &list)
    }
  }

  private func require(_ modality: JudgeDescription.Modality) throws(Unscored) {
    guard options.modalities.contains(modality) else {
      throw Unscored(
        .invalidInput,
        "the judge is not configured to be shown \(modality.rawValue); if its model can be, add \(modality.rawValue) to "
          + "'modalities'")
    }
  }

  private mutating func write(text: String, _ list: inout ListWriter) throws {
    list.next(&body)
    body.raw("{\"type\":\"text\",\"text\":")
    try body.value(.string(text))
    body.raw("}")
  }

  private mutating func write(_ image: Image, _ list: inout ListWriter) throws {
    let file = try file(image)
    list.next(&body)
    body.raw("{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:")
    body.plain(file.mediaType)
    body.raw(";base64,")
    body.base64(file.bytes)
    body.raw("\"")
    if let detail = options.image.detail {
      body.raw(",\"detail\":\"")
      body.plain(detail.rawValue)
      body.raw("\"")
    }
    body.raw("}}")
  }

  /// The file that the picture came from where the server takes it, else its pixels as PNG.
  private func file(_ image: Image) throws(Unscored) -> EncodedFile {
    if let original = image.original, options.image.takes(original) { return original }
    return EncodedFile(bytes: try PNGEncoder.encode(image), mediaType: "image/png")
  }

  /// The video as it came, for servers that choose the frames themselves. What cannot be passed on is refused: frames in its place
  /// would be another question than the one that was configured.
  private mutating func write(video original: EncodedFile?, _ list: inout ListWriter) throws {
    guard let original else {
      throw Unscored(
        .invalidInput,
        "the video is damaged, so it is not passed on as it is (frames: file); mend it, or let the judge be shown frames"
      )
    }
    if let obstacle = options.video.obstacle(to: original) {
      throw Unscored(.invalidInput, "the video is \(obstacle); convert it, or let the judge be shown frames")
    }
    list.next(&body)
    body.raw("{\"type\":\"video_url\",\"video_url\":{\"url\":\"data:")
    body.plain(original.mediaType)
    body.raw(";base64,")
    body.base64(original.bytes)
    body.raw("\"}}")
  }

  /// What vLLM takes for a video without a container: its frames as files, separated by commas. Their type is told by their
  /// contents, whatever `video/jpeg` says.
  private mutating func write(video frames: [Frame], _ list: inout ListWriter) throws {
    list.next(&body)
    body.raw("{\"type\":\"video_url\",\"video_url\":{\"url\":\"data:video/jpeg;base64,")
    for (number, frame) in frames.enumerated() {
      if number > 0 { body.raw(",") }
      body.base64(try file(frame.image).bytes)
    }
    body.raw("\"}}")
  }

  /// The file that holds exactly this sound where the server takes it, else its samples as WAV.
  private mutating func write(_ sound: Sound, _ original: EncodedFile?, _ list: inout ListWriter) throws {
    let file: EncodedFile
    if let original, options.sound.takes(original) {
      file = original
    } else {
      file = EncodedFile(bytes: try WAVEncoder.encode(sound), mediaType: "audio/wav")
    }
    list.next(&body)
    body.raw("{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"")
    body.base64(file.bytes)
    body.raw("\",\"format\":\"")
    // What OpenAI calls MP3; others are called as the second half of their type.
    body.plain(file.mediaType == "audio/mpeg" ? "mp3" : String(file.mediaType.drop { $0 != "/" }.dropFirst()))
    body.raw("\"}}")
  }
}
