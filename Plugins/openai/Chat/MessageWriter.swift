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
    try write(content: Self.merged(message.parts))
    body.raw("}")
  }

  /// Texts that follow one another are one: templates join parts in ways of their own.
  private static func merged(_ parts: [JudgePart]) -> [JudgePart] {
    var merged: [JudgePart] = []
    for part in parts {
      if case .text(let next) = part, case .text(let before)? = merged.last {
        merged[merged.count - 1] = .text(before + next)
      } else {
        merged.append(part)
      }
    }
    return merged
  }

  private mutating func write(content parts: [JudgePart]) throws {
    if parts.isEmpty {
      body.raw("\"\"")
    } else if parts.count == 1, case .text(let text) = parts[0] {
      try body.value(.string(text))
    } else {
      var list = ListWriter()
      body.raw("[")
      for part in parts { try write(part, &list) }
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

  private mutating func write(_ part: JudgePart, _ list: inout ListWriter) throws {
    switch part {
    case .text(let text): if !text.isEmpty { try write(text: text, &list) }
    case .image(let image):
      try require(.image)
      try write(image, &list)
    case .frames(let frames):
      try require(.frames)
      try write(frames, &list)
    case .sound(let sound):
      try require(.sound)
      try write(sound, &list)
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
  private func file(_ image: Image) throws(Unscored) -> Image.Encoded {
    if let original = image.original, options.image.types.contains(original.mediaType),
      original.bytes.count <= options.image.maxOriginalBytes
    {
      return original
    }
    return Image.Encoded(bytes: try PNGEncoder.encode(image), mediaType: "image/png")
  }

  private mutating func write(_ frames: [Frame], _ list: inout ListWriter) throws {
    guard !frames.isEmpty else { return }
    if options.frames == .videoURL { return try write(video: frames, &list) }
    for (number, frame) in frames.enumerated() {
      try write(text: "Frame \(number + 1) of \(frames.count), at \(Self.seconds(frame)) s:", &list)
      try write(frame.image, &list)
    }
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

  /// Thousandths of a second, without needless zeros: 0, 0.5, 12.345.
  static func seconds(_ frame: Frame) -> String {
    let milliseconds = (frame.timeMicroseconds.magnitude + 500) / 1000
    var digits = "\(milliseconds / 1000)"
    let rest = milliseconds % 1000
    if rest > 0 {
      var fraction = String(String(1000 + rest).dropFirst())
      while fraction.hasSuffix("0") { fraction.removeLast() }
      digits += "." + fraction
    }
    return (frame.timeMicroseconds < 0 && milliseconds > 0 ? "-" : "") + digits
  }

  private mutating func write(_ sound: Sound, _ list: inout ListWriter) throws {
    let file = try WAVEncoder.encode(sound)
    list.next(&body)
    body.raw("{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"")
    body.base64(file)
    body.raw("\",\"format\":\"wav\"}}")
  }
}
