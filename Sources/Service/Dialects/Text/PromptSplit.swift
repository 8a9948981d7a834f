import Wire

/// Takes a response off the prompt it was sent together with.
///
/// A response that cannot be told from its prompt is never guessed at: a judge that reads the prompt as the response would
/// reward the question.
struct PromptSplit: Sendable, Hashable {
  var special = SpecialTokens.standard

  /// What is left of a truncated prompt must be so long that it is no accident; in bytes without white space.
  static let shortestTail = 16

  /// `query` is prompt and response as one text, `prompt` the prompt alone where the client sends it.
  func rollout(query: String, prompt: String?) -> Result<Rollout, Unscored> {
    if let prompt, !special.stripped(prompt).trimmed.isEmpty {
      if let response = exact(query, prompt) ?? loose(query, prompt) {
        return .success(rollout(prompt: prompt, response: response))
      }
    }
    if let rollout = lastTurn(of: query) { return .success(rollout) }
    let problem =
      prompt == nil
      ? "no prompt was sent with it, and it is in no chat template that is known"
      : "it does not begin with the prompt or its end, and is in no chat template that is known"
    return .failure(
      Unscored(.invalidInput, "the response cannot be told from the prompt in the query: \(problem)"))
  }

  /// A prompt as a chat where it is written as one, and what the assistant had begun to say there put before the response.
  func rollout(prompt: String, response: String) -> Rollout {
    let response = special.stripped(response)
    guard var turns = TemplateTurn.all(in: prompt, special) else {
      let text = special.stripped(prompt).trimmed
      return Rollout(prompt: text.isEmpty ? nil : Content(text), response: response.trimmed)
    }
    var begun = ""
    if let last = turns.last, last.role == Self.assistant, !last.isClosed {
      begun = last.text
      turns.removeLast()
    }
    return rollout(turns, begun.isEmpty ? response.trimmed : begun + "\n" + response.trimmed)
  }

  private static let assistant = "assistant"

  private func rollout(_ turns: [TemplateTurn], _ response: String) -> Rollout {
    let turns = turns.filter { !$0.text.isEmpty }
    return Rollout(prompt: turns.isEmpty ? nil : Content(turns: turns.map(\.turn)), response: response)
  }

  private func exact(_ query: String, _ prompt: String) -> String? {
    guard query.utf8.starts(with: prompt.utf8) else { return nil }
    return String(decoding: query.utf8.dropFirst(prompt.utf8.count), as: UTF8.self)
  }

  /// Where tokenizing and decoding has changed white space and special tokens, or the prompt was cut at its beginning.
  private func loose(_ query: String, _ prompt: String) -> String? {
    let bytes = Array(query.utf8)
    let query = words(bytes)
    let prompt = words(Array(prompt.utf8)).bytes
    let shared = query.bytes.starts(with: prompt) ? prompt.count : overlap(query.bytes, endOf: prompt)
    guard shared > 0 else { return nil }
    return String(decoding: bytes[query.ends[shared - 1]...], as: UTF8.self)
  }

  /// The bytes that are neither white space nor special tokens, and the place after each.
  private func words(_ text: [UInt8]) -> (bytes: [UInt8], ends: [Int]) {
    var bytes: [UInt8] = [], ends: [Int] = []
    var index = 0
    while index < text.count {
      if let length = special.length(in: text, at: index) {
        index += length
      } else if Self.isSpace(text[index]) {
        index += 1
      } else if bytes.isEmpty, text[index...].starts(with: Self.brokenCharacter) {
        // A prompt cut in the middle of a character.
        index += Self.brokenCharacter.count
      } else {
        bytes.append(text[index])
        index += 1
        ends.append(index)
      }
    }
    return (bytes, ends)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
  private static let brokenCharacter = Array("\u{FFFD}".utf8)

  /// The length of the longest beginning of `text` that `whole` ends in (Knuth, Morris, Pratt); 0 where that is shorter than
  /// ``shortestTail``.
  private func overlap(_ text: [UInt8], endOf whole: [UInt8]) -> Int {
    let pattern = text.prefix(whole.count)
    guard !pattern.isEmpty else { return 0 }
    var borders = [0]
    var length = 0
    for index in pattern.indices.dropFirst() {
      while length > 0, pattern[index] != pattern[length] { length = borders[length - 1] }
      if pattern[index] == pattern[length] { length += 1 }
      borders.append(length)
    }
    length = 0
    for byte in whole {
      while length > 0, length == pattern.count || byte != pattern[length] { length = borders[length - 1] }
      if byte == pattern[length] { length += 1 }
    }
    return length >= Self.shortestTail ? length : 0
  }

  /// The assistant's words at the end of a chat. Turns of the assistant that follow each other are one: a response that writes the
  /// mark of a turn does not get rid of what it said before.
  private func lastTurn(of query: String) -> Rollout? {
    guard let turns = TemplateTurn.all(in: query, special), turns.last?.role == Self.assistant else { return nil }
    let end = turns.lastIndex { $0.role != Self.assistant }.map { $0 + 1 } ?? 0
    return rollout(Array(turns[..<end]), turns[end...].map(\.text).joined(separator: "\n").trimmed)
  }
}
