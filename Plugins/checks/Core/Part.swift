/// Which part of the response a text check reads: the common option `part`.
enum Part: String, Sendable, CaseIterable {
  case whole
  /// What follows the last `</think>`, without the white space around it; all of the response when there is none.
  case final
  /// What stands in the last `<answer>…</answer>` after the reasoning, without the white space around it.
  case answer

  static let option = "part"

  /// Nil when the response has no such part.
  func cut(_ response: Text) -> Text? {
    switch self {
    case .whole: return response
    case .final: return Text(validBytes: Array(Bytes.trimmed(Self.afterReasoning(response))))
    case .answer:
      let rest = Self.afterReasoning(response)
      guard let close = Bytes.lastIndex(of: Self.answerClose, in: rest),
        let open = Bytes.lastIndex(of: Self.answerOpen, in: rest[..<close])
      else { return nil }
      return Text(validBytes: Array(Bytes.trimmed(rest[(open + Self.answerOpen.count)..<close])))
    }
  }

  private static let thinkClose = Array("</think>".utf8)
  private static let answerOpen = Array("<answer>".utf8)
  private static let answerClose = Array("</answer>".utf8)

  private static func afterReasoning(_ response: Text) -> ArraySlice<UInt8> {
    guard let at = Bytes.lastIndex(of: thinkClose, in: response.bytes[...]) else { return response.bytes[...] }
    return response.bytes[(at + thinkClose.count)...]
  }
}
