internal import CPCRE2

/// A compiled PCRE2 pattern with limits. Unicode as in Python's `re`: `\d`, `\w`, `\s` and `\b` know all scripts.
///
/// Matching ends at a limit with an error, never late. PCRE2's own limits (match, depth, heap) do not see the time that a
/// repeat of a single character spends (`\s+$` over a megabyte of spaces is quadratic and far below every limit), so a
/// longer subject runs with a callout at each item of the pattern, which counts the characters walked over: a number that
/// depends on pattern and subject alone, so that the same input always gives the same result.
final class Pattern: Sendable {
  enum MatchError: Error, Equatable { case limit(String), failed(String) }

  /// Subjects to this length cannot take long; they run without the counting.
  private static let plainLength = 1024
  static let matchLimit: UInt32 = 1_000_000
  static let depthLimit: UInt32 = 10_000
  static let heapLimitKiB: UInt32 = 65_536
  /// Characters walked over in one match, besides sixteen for each character of the subject: below a second.
  private static let stepLimit = 100_000_000

  private let plain: Code
  private let counted: Code

  /// Throws the message and the place in the pattern.
  init(_ pattern: String, flags: Flags = []) throws(PatternError) {
    plain = try Code(pattern, flags.rawValue)
    counted = try Code(pattern, flags.rawValue | UInt32(PCRE2_AUTO_CALLOUT))
  }

  /// The range of the first match in valid UTF-8; nil when there is none.
  func firstMatch(in subject: [UInt8]) throws(MatchError) -> Range<Int>? {
    let code = subject.count <= Self.plainLength ? plain : counted
    guard let data = pcre2_match_data_create_from_pattern_8(code.pointer, nil) else { throw .failed("out of memory") }
    defer { pcre2_match_data_free_8(data) }
    let status =
      subject.count <= Self.plainLength
      ? Self.match(code, subject, data, code.context) : try Self.matchCounting(code, subject, data)
    if status == PCRE2_ERROR_NOMATCH { return nil }
    guard status >= 0 else { throw Self.error(status) }
    guard let offsets = pcre2_get_ovector_pointer_8(data) else { return nil }
    // `\K` in a lookahead can put the start after the end.
    return min(offsets[0], offsets[1])..<max(offsets[0], offsets[1])
  }

  private static func matchCounting(
    _ code: Code, _ subject: [UInt8], _ data: OpaquePointer
  ) throws(MatchError) -> Int32 {
    guard let context = pcre2_match_context_copy_8(code.context) else { throw .failed("out of memory") }
    defer { pcre2_match_context_free_8(context) }
    var steps = StepCounter(limit: stepLimit + 16 * subject.count)
    return withUnsafeMutablePointer(to: &steps) { counter in
      pcre2_set_callout_8(context, countSteps, counter)
      return match(code, subject, data, context)
    }
  }

  private static func match(
    _ code: Code, _ subject: [UInt8], _ data: OpaquePointer, _ context: OpaquePointer
  ) -> Int32 {
    subject.withUnsafeBufferPointer { bytes in
      let options = UInt32(PCRE2_NO_UTF_CHECK)
      let status = pcre2_match_8(code.pointer, bytes.baseAddress, bytes.count, 0, options, data, context)
      guard status == PCRE2_ERROR_JIT_STACKLIMIT else { return status }
      // The interpreter keeps its stack on the heap, up to the heap limit.
      let interpreted = options | UInt32(PCRE2_NO_JIT)
      return pcre2_match_8(code.pointer, bytes.baseAddress, bytes.count, 0, interpreted, data, context)
    }
  }

  private static func error(_ status: Int32) -> MatchError {
    switch status {
    case PCRE2_ERROR_MATCHLIMIT: .limit("\(matchLimit) backtracking steps (match limit)")
    case PCRE2_ERROR_DEPTHLIMIT: .limit("\(depthLimit) nested backtracking points (depth limit)")
    case PCRE2_ERROR_HEAPLIMIT: .limit("\(heapLimitKiB) KiB of memory (heap limit)")
    case PCRE2_ERROR_CALLOUT: .limit("\(stepLimit) characters walked over (step limit)")
    case PCRE2_ERROR_RECURSELOOP: .failed("the pattern recurses without consuming text")
    default: .failed(message(status))
    }
  }

  static func message(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(Int(length), 0)), as: UTF8.self)
  }
}

/// Why a pattern does not compile.
struct PatternError: Error, Equatable {
  let message: String
  /// Bytes from the start of the pattern.
  let offset: Int
}

extension Pattern {
  struct Flags: OptionSet, Sendable {
    let rawValue: UInt32
    static let ignoreCase = Flags(rawValue: UInt32(PCRE2_CASELESS))
    static let multiline = Flags(rawValue: UInt32(PCRE2_MULTILINE))
    static let dotall = Flags(rawValue: UInt32(PCRE2_DOTALL))
    static let verbose = Flags(rawValue: UInt32(PCRE2_EXTENDED))
    /// The whole subject must match.
    static let full = Flags(rawValue: UInt32(PCRE2_ANCHORED) | UInt32(PCRE2_ENDANCHORED))
    /// `$` is the end only, not also the place before a last line feed; unknown escapes such as `\j` stand for themselves.
    static let ecma = Flags(rawValue: UInt32(PCRE2_DOLLAR_ENDONLY) | UInt32(PCRE2_ALT_BSUX))
  }
}
