package import CCupelPlugin
import JSON
package import Judging
import Media
package import Wire

extension JudgeCall {
  /// Gives `body` the call as the ABI passes it: structs and texts in `arena`, pixels and samples where they are. Valid until
  /// `body` returns. Throws `invalid_input` for an answer shape that JSON cannot express.
  package func withView<Result>(
    in arena: Arena, _ body: (UnsafePointer<cupel_call>) -> Result
  ) throws(Unscored) -> Result {
    let shape = try answerShapeText
    var blobs: [Blob] = []
    for part in messages.lazy.flatMap(\.parts) { part.collect(&blobs) }
    return withAddresses(of: blobs[...], []) { addresses in
      var addresses = addresses[...]
      let messages = messages.map { $0.view(in: arena, &addresses) }
      let call = cupel_call(
        struct_size: cupel_call.size, timeout_ms: UInt32(clamping: timeoutMilliseconds ?? 0),
        key: arena.text(KeyText.write(key)), prompt_digest: arena.text(promptDigest), group: arena.text(group),
        answer_shape: arena.text(shape), messages: arena.pointers(to: messages), message_count: messages.count,
        sampling: arena.place(sampling.view(in: arena)), traceparent: arena.text(traceParent?.text ?? ""))
      return body(arena.place(call))
    }
  }

  private var answerShapeText: String {
    get throws(Unscored) {
      guard let answerShape else { return "" }
      do {
        return try JSONWriter.compact(answerShape)
      } catch {
        throw Unscored(.invalidInput, "the answer shape cannot be written as JSON: \(error)")
      }
    }
  }
}

/// Bytes that are passed where they are, not copied.
private enum Blob {
  case bytes([UInt8])
  case floats([Float])
}

/// Pins one array after the other, then calls `body` with their addresses.
private func withAddresses<Result>(
  of blobs: ArraySlice<Blob>, _ found: [UnsafeRawPointer?], _ body: ([UnsafeRawPointer?]) -> Result
) -> Result {
  switch blobs.first {
  case nil: body(found)
  case .bytes(let array):
    array.withUnsafeBytes { withAddresses(of: blobs.dropFirst(), found + [$0.baseAddress], body) }
  case .floats(let array):
    array.withUnsafeBytes { withAddresses(of: blobs.dropFirst(), found + [$0.baseAddress], body) }
  }
}

extension JudgeMessage {
  fileprivate func view(in arena: Arena, _ addresses: inout ArraySlice<UnsafeRawPointer?>) -> cupel_message {
    let views = parts.enumerated().map { index, part in
      var view = part.view(in: arena, &addresses)
      if let known = facts[index] { view.facts = arena.text(FactsText.write(known)) }
      return view
    }
    return cupel_message(
      struct_size: cupel_message.size, role: UInt32(role.code), parts: arena.pointers(to: views),
      part_count: views.count)
  }
}

extension JudgeMessage.Role {
  fileprivate var code: Int {
    switch self {
    case .system: CUPEL_ROLE_SYSTEM
    case .user: CUPEL_ROLE_USER
    case .assistant: CUPEL_ROLE_ASSISTANT
    case .reference: CUPEL_ROLE_REFERENCE
    }
  }
}

extension JudgePart {
  /// The arrays of this part, in the order in which ``view(in:_:)`` takes their addresses.
  fileprivate func collect(_ blobs: inout [Blob]) {
    switch self {
    case .text: break
    case .image(let image): image.collect(&blobs)
    case .frames(let frames, let original):
      for frame in frames { frame.image.collect(&blobs) }
      if let original { blobs.append(.bytes(original.bytes)) }
    case .sound(let sound, let original):
      blobs.append(.floats(sound.samples))
      if let original { blobs.append(.bytes(original.bytes)) }
    }
  }

  fileprivate func view(in arena: Arena, _ addresses: inout ArraySlice<UnsafeRawPointer?>) -> cupel_part {
    var part = cupel_part()
    part.struct_size = cupel_part.size
    switch self {
    case .text(let text):
      part.kind = UInt32(CUPEL_PART_TEXT)
      part.text = arena.text(text)
    case .image(let image):
      part.kind = UInt32(CUPEL_PART_IMAGE)
      part.image = image.view(in: arena, &addresses)
    case .frames(let frames, let original):
      part.kind = UInt32(CUPEL_PART_FRAMES)
      part.frames = arena.pointers(
        to: frames.map { frame in
          cupel_frame(
            struct_size: cupel_frame.size, reserved: 0, time_us: frame.timeMicroseconds,
            image: frame.image.view(in: arena, &addresses))
        })
      part.frame_count = frames.count
      original?.put(into: &part, arena, &addresses)
    case .sound(let sound, let original):
      part.kind = UInt32(CUPEL_PART_SOUND)
      part.sound = sound.view(in: arena, &addresses)
      original?.put(into: &part, arena, &addresses)
    }
    return part
  }
}

extension EncodedFile {
  fileprivate func put(
    into part: inout cupel_part, _ arena: Arena, _ addresses: inout ArraySlice<UnsafeRawPointer?>
  ) {
    let start = addresses.removeFirst()?.assumingMemoryBound(to: UInt8.self)
    part.original = cupel_bytes(data: start, size: bytes.count)
    part.media_type = arena.text(mediaType)
  }
}

extension Image {
  fileprivate func collect(_ blobs: inout [Blob]) {
    blobs.append(.bytes(pixels))
    if let original { blobs.append(.bytes(original.bytes)) }
  }

  fileprivate func view(
    in arena: Arena, _ addresses: inout ArraySlice<UnsafeRawPointer?>
  ) -> UnsafePointer<cupel_image> {
    guard let pixels = addresses.removeFirst() else { preconditionFailure("an image has pixels") }
    var encoded = cupel_bytes()
    if let original {
      let start = addresses.removeFirst()?.assumingMemoryBound(to: UInt8.self)
      encoded = cupel_bytes(data: start, size: original.bytes.count)
    }
    return arena.place(
      cupel_image(
        struct_size: cupel_image.size, width: UInt32(width), height: UInt32(height), stride: UInt32(3 * width),
        pixels: pixels.assumingMemoryBound(to: UInt8.self), original: encoded,
        media_type: arena.text(original?.mediaType ?? "")))
  }
}

extension Sound {
  fileprivate func view(
    in arena: Arena, _ addresses: inout ArraySlice<UnsafeRawPointer?>
  ) -> UnsafePointer<cupel_sound> {
    arena.place(
      cupel_sound(
        struct_size: cupel_sound.size, rate_hz: UInt32(clamping: rate), channels: UInt32(clamping: channels),
        reserved: 0, frame_count: UInt64(samples.count / channels),
        samples: addresses.removeFirst()?.assumingMemoryBound(to: Float.self)))
  }
}

extension Sampling {
  fileprivate func view(in arena: Arena) -> cupel_sampling {
    let stops = arena.allocate(cupel_text.self, count: stop.count)
    for (at, text) in stop.enumerated() { (stops + at).initialize(to: arena.text(text)) }
    return cupel_sampling(
      struct_size: cupel_sampling.size, max_tokens: UInt32(clamping: maxTokens ?? 0),
      temperature: temperature ?? .nan, top_p: topP ?? .nan, seed: seed ?? 0, has_seed: seed != nil,
      reserved: (0, 0, 0), top_logprobs: UInt32(clamping: topLogprobs), stop: stop.isEmpty ? nil : UnsafePointer(stops),
      stop_count: stop.count, samples: UInt32(clamping: samples), reserved_tail: 0)
  }
}
