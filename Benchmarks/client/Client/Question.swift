import JSON
import Judging

/// What is asked in every call, and what the mock answers: the same as in `question.py`.
enum Question {
  private static let system =
    "You are an impartial judge. Think first, then close with the number of the better answer between answer tags."
  private static let answers =
    "The harbour of Trieste was dredged in 1754, after the free port had been declared in 1719; both dates are in the "
    + "charter that the city archive keeps. The work took eleven years and was paid for by a duty on salt. "
  private static let responses =
    ": when was the harbour dredged?\n\nFirst answer:\n" + answers + answers + "\n\nSecond answer:\n" + answers

  private static func user(_ number: Int) -> String { "Question call-\(number)" + responses }

  static func call(_ number: Int) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: "\(number)", order: [0, 1]),
      messages: [JudgeMessage(.system, [.text(system)]), JudgeMessage(.user, [.text(user(number))])],
      sampling: Sampling(temperature: 0.5, topP: 0.75, maxTokens: 4096), promptDigest: "sha256:0",
      timeoutMilliseconds: 60_000)
  }

  static func body(_ number: Int) throws(JSONError) -> [UInt8] {
    try JSONWriter.bytes([
      "model": "bench",
      "messages": [
        ["role": "system", "content": .string(system)], ["role": "user", "content": .string(user(number))],
      ],
      "temperature": 0.5, "top_p": 0.75, "max_tokens": 4096, "stream": false,
    ])
  }

  static func answer(_ number: Int) -> String {
    "The first answer names its source, the second does not. What the reference says is in both. "
      + "In the matter of call-\(number): <answer>1</answer>"
  }
}
