package import CCupelPlugin

extension cupel_text {
  /// The bytes of the view; empty where `data` is NULL, or `size` is more than memory can have (it reads as negative then).
  package var bytes: UnsafeRawBufferPointer {
    guard let data, size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: UnsafeRawPointer(data), count: size)
  }

  /// The text, with every invalid sequence replaced by U+FFFD.
  package var repaired: String { String(decoding: bytes, as: UTF8.self) }

  /// The start of a message for people, repaired like ``repaired``.
  package var message: String { String(decoding: bytes.prefix(Limits.message), as: UTF8.self) }

  /// The text, or nil where it is not UTF-8 or has no data for its size.
  package var validated: String? {
    guard data != nil || size == 0, (0...Limits.text).contains(size) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// A view of a text that lives as long as the program.
  package init(_ text: StaticString) {
    self.init(data: UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self), size: text.utf8CodeUnitCount)
  }
}

extension String {
  /// Gives `body` a view of the text, valid until it returns.
  package func withView<Result>(_ body: (cupel_text) -> Result) -> Result {
    var text = self
    return text.withUTF8 { utf8 in
      guard let start = utf8.baseAddress else { return body(cupel_text()) }
      return start.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
        body(cupel_text(data: $0, size: utf8.count))
      }
    }
  }
}

/// A struct of the ABI, whose first member is its size.
package protocol SizedStruct {
  var struct_size: UInt32 { get set }
  /// The size up to the last member that its first version required.
  static var minimumSize: UInt32 { get }
}

extension cupel_host: SizedStruct {}
extension cupel_plugin: SizedStruct {
  package static var minimumSize: UInt32 { UInt32(MemoryLayout.offset(of: \cupel_plugin.summary) ?? 0) }
}
extension cupel_image: SizedStruct {}
extension cupel_frame: SizedStruct {}
extension cupel_sound: SizedStruct {}
extension cupel_part: SizedStruct {}
extension cupel_message: SizedStruct {}
extension cupel_sampling: SizedStruct {
  package static var minimumSize: UInt32 { UInt32(MemoryLayout.offset(of: \cupel_sampling.samples) ?? 0) }
}
extension cupel_call: SizedStruct {
  package static var minimumSize: UInt32 { UInt32(MemoryLayout.offset(of: \cupel_call.traceparent) ?? 0) }
}
extension cupel_token: SizedStruct {}
extension cupel_score: SizedStruct {}
extension cupel_usage: SizedStruct {}
extension cupel_reply: SizedStruct {
  package static var minimumSize: UInt32 { UInt32(MemoryLayout.offset(of: \cupel_reply.more) ?? 0) }
}
extension cupel_judge: SizedStruct {
  package static var minimumSize: UInt32 { UInt32(MemoryLayout.offset(of: \cupel_judge.cancel) ?? 0) }
}
extension cupel_judge_logprobs: SizedStruct {}
extension cupel_judge_probe: SizedStruct {}
extension cupel_decoder: SizedStruct {}
extension cupel_input: SizedStruct {}
extension cupel_size: SizedStruct {}
extension cupel_wanted: SizedStruct {}
extension cupel_media_sink: SizedStruct {}

extension SizedStruct {
  package static var size: UInt32 { UInt32(MemoryLayout<Self>.size) }
  package static var minimumSize: UInt32 { size }

  /// Reads a struct whose writer may have known fewer or more members: what this build knows is taken, a missing tail is zero.
  /// A size that cannot even hold the size member reads as all zero.
  ///
  /// The pointer members of a short struct read as NULL even where the header promises more: look at `struct_size` first.
  package static func read<Result>(
    _ pointer: UnsafePointer<Self>, _ body: (UnsafePointer<Self>) -> Result
  ) -> Result {
    let raw = UnsafeRawPointer(pointer)
    let stated = Int(raw.load(as: UInt32.self))
    if stated >= MemoryLayout<Self>.size { return body(pointer) }
    return withUnsafeTemporaryAllocation(
      byteCount: MemoryLayout<Self>.size, alignment: MemoryLayout<Self>.alignment
    ) { buffer in
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      if stated >= MemoryLayout<UInt32>.size {
        buffer.copyMemory(from: UnsafeRawBufferPointer(start: raw, count: stated))
      }
      return buffer.withMemoryRebound(to: Self.self) { structs in
        guard let base = structs.baseAddress else { preconditionFailure("a struct has a size") }
        return body(UnsafePointer(base))
      }
    }
  }
}

/// What the host believes of a plugin at most; a larger count is taken for garbage.
package enum Limits {
  /// Bytes of one message; the rest is cut off.
  package static let message = 8 << 10
  /// Bytes of one text.
  package static let text = 1 << 30
  /// Numbers in one reply of a scoring judge.
  package static let scores = 100_000
  /// Replies to one call.
  package static let samples = 10_000
  /// Tokens of one reply.
  package static let tokens = 4 << 20
  /// Alternatives to one token.
  package static let alternatives = 1_000
}
