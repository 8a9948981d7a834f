import JSON
import Judging
import Wire

/// What a model that answers in words can do.
extension Probe {
  /// The question of most steps; how many tokens it takes is what media are compared with.
  static let question = "Reply with the one word: yes."
  private static let short = Sampling(temperature: 0, maxTokens: 16)

  /// Returns whether the model answers at all.
  mutating func chat(_ configured: ChatOptions) async -> Bool {
    var chat = configured
    chat.omitted = []
    chat.maxTokensField = .maxTokens
    chat.structured = .none
    chat.modalities = JudgeDescription.Modality.allCases
    guard let plain = await answers(&chat) else { return false }
    reasoning(plain)
    await systemRole(&chat)
    await severalSamples(chat)
    await logprobs(chat)
    await structured(chat, thinksInText: Self.thinksInText(plain))
    await seed(&chat)
    await media(chat, promptTokens: plain.usage.promptTokens)
    if !chat.omitted.isEmpty { found["omit"] = .array(chat.omitted.map { .string($0.rawValue) }) }
    return true
  }

  /// A short question; where the server refuses a setting, the question without it.
  private mutating func answers(_ chat: inout ChatOptions) async -> ChatReply.Contents? {
    let call = JudgeCall(probing: [.text(Self.question)], Self.short)
    var outcome = await session.ask(call, chat)
    while case .refused(let words) = outcome, adapt(&chat, to: words) { outcome = await session.ask(call, chat) }
    note("chat", outcome) { contents in
      let tokens = contents.usage.completionTokens.map { ", \($0) tokens" } ?? ""
      return (.yes, "answers, finish \(contents.replies.first?.finish?.rawValue ?? "")\(tokens)")
    }
    if case .answered(let contents) = outcome { return contents }
    return nil
  }

  /// Changes one setting that the refusal names and that was not changed before.
  private mutating func adapt(_ chat: inout ChatOptions, to words: String) -> Bool {
    if words.contains("max_completion_tokens"), chat.maxTokensField == .maxTokens {
      chat.maxTokensField = .maxCompletionTokens
      found["max_tokens_field"] = .string(chat.maxTokensField.rawValue)
      return true
    }
    guard words.contains("temperature"), !chat.omitted.contains(.temperature) else { return false }
    chat.omitted.append(.temperature)
    return true
  }

  private static func thinksInText(_ contents: ChatReply.Contents) -> Bool {
    contents.replies.contains { $0.text.contains("<think>") || $0.text.contains("</think>") }
  }

  private mutating func reasoning(_ contents: ChatReply.Contents) {
    if contents.replies.contains(where: { $0.reasoning != nil }) {
      note("reasoning", .yes, "apart from the text")
    } else if Self.thinksInText(contents) {
      note("reasoning", .yes, "in the text, between <think> tags")
    } else {
      note("reasoning", .unknown, "none was seen in the answer to a short question")
    }
  }

  private mutating func systemRole(_ chat: inout ChatOptions) async {
    var refusals: [String] = []
    let call = JudgeCall(probing: [.text(Self.question)], system: "Be brief.", Self.short)
    for role in ChatOptions.SystemRole.allCases {
      chat.systemRole = role
      switch await session.ask(call, chat) {
      case .answered:
        if role != .system { found["system_role"] = .string(role.rawValue) }
        return note("system-role", .yes, ([role.rawValue] + refusals).joined(separator: "; not "))
      case .refused(let words): refusals.append("\(role.rawValue): \(words)")
      case .unknown(let words): return note("system-role", .unknown, words)
      }
    }
    note("system-role", .no, refusals.joined(separator: "; "))
  }

  private mutating func severalSamples(_ chat: ChatOptions) async {
    let sampling = Sampling(temperature: 1, maxTokens: 8, samples: 2)
    let outcome = await session.ask(JudgeCall(probing: [.text(Self.question)], sampling), chat)
    var works = false
    note("n", outcome) { contents in
      works = contents.replies.count == 2
      return works ? (.yes, "2 replies to one request") : (.no, "1 reply where 2 were asked for")
    }
    if !works { found["n"] = "never" }
  }

  /// The largest number of alternatives among those that servers usually limit them to.
  private mutating func logprobs(_ chat: ChatOptions) async {
    var refusal = ""
    for count in [20, 5, 1] {
      let sampling = Sampling(temperature: 0, maxTokens: 4, topLogprobs: count)
      switch await session.ask(JudgeCall(probing: [.text(Self.question)], sampling), chat) {
      case .answered(let contents):
        let tokens = contents.replies.first?.tokens ?? []
        let most = tokens.map(\.top.count).max() ?? 0
        guard most > 0, tokens.contains(where: { $0.logprob > ReplyTokens.unknown }) else {
          return note("logprobs", .no, "asked for, and \(tokens.isEmpty ? "no tokens" : "no alternatives") came")
        }
        found["logprobs"] = .int(Int64(most))
        let more = refusal.isEmpty ? "" : "; more are refused: \(refusal)"
        return note("logprobs", .yes, "\(most) alternatives for each token\(more)")
      case .refused(let words): refusal = words
      case .unknown(let words): return note("logprobs", .unknown, words)
      }
    }
    note("logprobs", .no, refusal)
  }

  /// The same seed twice, and another one.
  private mutating func seed(_ chat: inout ChatOptions) async {
    var said: [String] = []
    for seed in [7, 7, 8] as [UInt64] {
      let sampling = Sampling(temperature: 1, maxTokens: 12, seed: seed)
      switch await session.ask(JudgeCall(probing: [.text("Invent a name for a ship.")], sampling), chat) {
      case .answered(let contents): said.append(contents.replies.map { ($0.reasoning ?? "") + $0.text }.joined())
      case .refused(let words):
        chat.omitted.append(.seed)
        return note("seed", .no, words)
      case .unknown(let words): return note("seed", .unknown, words)
      }
    }
    switch (said[0] == said[1], said[1] == said[2]) {
    case (true, false): note("seed", .yes, "the same seed gave the same reply")
    case (true, true): note("seed", .unknown, "all replies were the same, with another seed too")
    case (false, _): note("seed", .no, "taken, but the same seed gave another reply")
    }
  }
}
