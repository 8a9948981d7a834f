import Judging
import Media

/// The calls that judges are checked with.
enum ConformanceCalls {
  /// What most judges are asked: a system text, a question, an answer, a reference.
  static func usual(_ item: String = "conformance", samples: Int = 1) -> JudgeCall {
    call(
      item, samples: samples,
      [
        JudgeMessage(.system, [.text("You grade answers from 1 to 10.")]),
        JudgeMessage(.user, [.text("What is the capital of France?")]),
        JudgeMessage(.assistant, [.text("Paris is the capital of France.")]),
        JudgeMessage(.reference, [.text("Paris")]),
      ])
  }

  /// Calls at the edge of what may come, each with a name for messages.
  static let odd: [(name: String, call: JudgeCall)] = [
    ("no messages", call("odd-0", [])),
    ("empty messages", call("odd-1", [JudgeMessage(.user, []), JudgeMessage(.assistant, [])])),
    ("an empty answer", call("odd-2", [JudgeMessage(.assistant, [.text("")])])),
    ("NUL characters", call("odd-3", [JudgeMessage(.assistant, [.text("a\0b\0")])])),
    (
      "a mebibyte of one letter",
      call("odd-4", [JudgeMessage(.assistant, [.text(String(repeating: "a", count: 1 << 20))])])
    ),
    (
      "characters beyond the basic plane",
      call("odd-5", [JudgeMessage(.assistant, [.text("\u{1F469}\u{200D}\u{1F52C} \u{202E}\u{0301}\u{FFFF}")])])
    ),
    (
      "every kind of media",
      call(
        "odd-6",
        [
          JudgeMessage(
            .assistant,
            [
              .image(pixel), .frames([Frame(timeMicroseconds: 0, image: pixel)]), .frames([]),
              .sound(Sound(rate: 16_000, channels: 1, samples: [])),
            ])
        ])
    ),
    (
      "ten thousand messages",
      call("odd-7", Array(repeating: JudgeMessage(.user, [.text("again")]), count: 10_000))
    ),
    ("an item id in need of escapes", call("\"\\\u{1}\n", [JudgeMessage(.assistant, [.text("x")])])),
  ]

  private static let pixel = Image(width: 1, height: 1, pixels: [1, 2, 3])

  private static func call(_ item: String, samples: Int = 1, _ messages: [JudgeMessage]) -> JudgeCall {
    JudgeCall(
      key: CallKey(item: item, response: 0, order: [0]), messages: messages,
      sampling: Sampling(temperature: 0, maxTokens: 16, stop: [""], seed: .max, topLogprobs: 1, samples: samples),
      promptDigest: "sha256:" + String(repeating: "0", count: 64), group: "conformance", timeoutMilliseconds: 5_000)
  }
}
