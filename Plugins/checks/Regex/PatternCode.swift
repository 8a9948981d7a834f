internal import CPCRE2

extension Pattern {
  /// Compiled code, compiled once more to machine code where the processor allows it. PCRE2 only reads it afterwards, so
  /// threads may share it (pcre2api, "Multithreading").
  final class Code: @unchecked Sendable {
    let pointer: OpaquePointer
    /// The limits; matching only reads them.
    let context: OpaquePointer

    init(_ pattern: String, _ options: UInt32) throws(PatternError) {
      var (error, offset): (Int32, Int) = (0, 0)
      let always = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_NEVER_BACKSLASH_C)
      let bytes = Array(pattern.utf8)
      guard let code = pcre2_compile_8(bytes, bytes.count, options | always, &error, &offset, nil) else {
        throw PatternError(message: Pattern.message(error), offset: offset)
      }
      guard let context = pcre2_match_context_create_8(nil) else {
        pcre2_code_free_8(code)
        throw PatternError(message: "out of memory", offset: 0)
      }
      pcre2_set_match_limit_8(context, Pattern.matchLimit)
      pcre2_set_depth_limit_8(context, Pattern.depthLimit)
      pcre2_set_heap_limit_8(context, Pattern.heapLimitKiB)
      pointer = code
      self.context = context
      // Without just-in-time compilation the interpreter runs it: slower, same answers.
      _ = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    }

    deinit {
      pcre2_match_context_free_8(context)
      pcre2_code_free_8(pointer)
    }
  }
}

/// Counts how far a match walked: the distance between the places of neighbouring callouts.
struct StepCounter {
  private var steps = 0
  private var place = 0
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// False when the limit is reached.
  mutating func advance(to newPlace: Int) -> Bool {
    steps += abs(newPlace - place) + 1
    place = newPlace
    return steps <= limit
  }
}

/// Called by PCRE2 at every item of the pattern.
let countSteps: @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?) -> Int32 = {
  block, data in
  guard let block, let counter = data?.assumingMemoryBound(to: StepCounter.self) else { return 0 }
  return counter.pointee.advance(to: block.pointee.current_position) ? 0 : PCRE2_ERROR_CALLOUT
}
