import JSON
import Wire

extension Schema {
  /// What ``Wire/Content`` reads: a text, a list of parts, or a chat.
  static func content(maxParts: Int) -> Schema {
    let parts = Schema.list(of: .part, count: 0...maxParts)
    let message = Schema.object(
      [
        .must("role", .text, "`system`, `user`, `assistant`, or another word."),
        .must("content", .any(of: [.text, parts])),
      ],
      isOpen: true)
    return Schema.any(of: [.text, parts, .list(of: message.named("Message"), count: 0...maxParts)])
      .described("A text, a list of parts, or the messages of a chat.").named("Content")
  }

  /// One piece of content, as OpenAI writes it.
  private static var part: Schema {
    let url = Schema.any(of: [.text, .object([.must("url", .text)], isOpen: true)]).described(
      "A `data:` URL, the address of an upload, or what else the server takes; as it is or in an object.")
    return Schema.any(of: [
      .object([.must("type", .word("text")), .must("text", .text)], isOpen: true),
      .object([.must("type", .word("image_url")), .must("image_url", url)], isOpen: true),
      .object([.must("type", .word("video_url")), .must("video_url", url)], isOpen: true),
      .object([.must("type", .word("audio_url")), .must("audio_url", url)], isOpen: true),
      .object(
        [
          .must("type", .word("input_audio")),
          .must(
            "input_audio",
            .object(
              [
                .must("data", .text, "Base64."),
                .must("format", Schema.text.with([("pattern", "^[A-Za-z0-9+.-]+$")]), "`wav`, `mp3`."),
              ], isOpen: true)),
        ], isOpen: true),
    ]).named("Part")
  }
}
