package import CCupelPlugin
import JSON
package import Judging
import Media
package import Wire

extension JudgeCall {
  /// A copy of a call that the host handed over. Throws `invalid_input` for what this build of the kit cannot represent.
  package init(copying pointer: UnsafePointer<cupel_call>) throws(Unscored) {
    let result = cupel_call.read(pointer) { call in
      Result { () throws(Unscored) in try JudgeCall(whole: call.pointee) }
    }
    self = try result.get()
  }

  private init(whole call: cupel_call) throws(Unscored) {
    do {
      self.init(
        key: try KeyText.read(call.key.bytes),
        messages: try Self.messages(call),
        sampling: cupel_sampling.read(call.sampling) { Sampling(copying: $0.pointee) },
        promptDigest: call.prompt_digest.repaired,
        group: call.group.repaired,
        answerShape: try Self.answerShape(call),
        timeoutMilliseconds: call.timeout_ms == 0 ? nil : Int(call.timeout_ms))
      traceParent = TraceParent(call.traceparent.repaired)
    } catch let error as JSONError {
      throw Unscored(.invalidInput, "the call's key or answer shape is not valid: \(error)")
    } catch let error as Unscored {
      throw error
    } catch {
      throw Unscored(.judgeError, "\(error)")
    }
  }

  private static func answerShape(_ call: cupel_call) throws -> JSONValue? {
    // Not `nil`, which as a JSON value is null.
    call.answer_shape.size == 0 ? Optional.none : try JSONParser.parse(call.answer_shape.bytes)
  }

  private static func messages(_ call: cupel_call) throws -> [JudgeMessage] {
    try UnsafeBufferPointer(start: call.messages, count: call.messages == nil ? 0 : call.message_count).map { pointer in
      try cupel_message.read(pointer) { message in
        Result { try JudgeMessage(copying: message.pointee) }
      }.get()
    }
  }
}

extension JudgeMessage {
  fileprivate init(copying message: cupel_message) throws {
    let role: Role =
      switch Int(message.role) {
      case CUPEL_ROLE_SYSTEM: .system
      case CUPEL_ROLE_USER: .user
      case CUPEL_ROLE_ASSISTANT: .assistant
      case CUPEL_ROLE_REFERENCE: .reference
      default: throw Unscored(.invalidInput, "a message has role \(message.role), which this plugin does not know")
      }
    let parts = UnsafeBufferPointer(start: message.parts, count: message.parts == nil ? 0 : message.part_count)
    var facts: [Int: [Media.Fact]] = [:]
    let copies = try parts.enumerated().map { index, pointer in
      try cupel_part.read(pointer) { part in
        Result {
          if part.pointee.facts.size > 0 { facts[index] = try FactsText.read(part.pointee.facts.bytes) }
          return try JudgePart(copying: part.pointee)
        }
      }.get()
    }
    self.init(role, copies, facts: facts)
  }
}

extension JudgePart {
  fileprivate init(copying part: cupel_part) throws {
    switch (Int(part.kind), part.image, part.sound) {
    case (CUPEL_PART_TEXT, _, _): self = .text(part.text.repaired)
    case (CUPEL_PART_IMAGE, let image?, _): self = .image(try Image(copying: image))
    case (CUPEL_PART_FRAMES, _, _):
      let frames = UnsafeBufferPointer(start: part.frames, count: part.frames == nil ? 0 : part.frame_count)
      self = .frames(try frames.map { try Frame(copying: $0) }, original: part.file)
    case (CUPEL_PART_SOUND, _, let sound?): self = .sound(try Sound(copying: sound), original: part.file)
    default: throw Unscored(.invalidInput, "a message has a part of kind \(part.kind), which this plugin does not know")
    }
  }
}

extension cupel_part {
  /// The encoded file; nil where there is none.
  fileprivate var file: EncodedFile? {
    guard original.size > 0, let data = original.data else { return nil }
    let bytes = Array(UnsafeBufferPointer(start: data, count: original.size))
    return EncodedFile(bytes: bytes, mediaType: media_type.repaired)
  }
}

extension Sampling {
  fileprivate init(copying sampling: cupel_sampling) {
    let stop = UnsafeBufferPointer(start: sampling.stop, count: sampling.stop == nil ? 0 : sampling.stop_count)
    self.init(
      temperature: sampling.temperature.isNaN ? nil : sampling.temperature,
      topP: sampling.top_p.isNaN ? nil : sampling.top_p,
      maxTokens: sampling.max_tokens == 0 ? nil : Int(sampling.max_tokens),
      stop: stop.map(\.repaired),
      seed: sampling.has_seed ? sampling.seed : nil,
      topLogprobs: Int(sampling.top_logprobs), samples: max(1, Int(sampling.samples)))
  }
}
