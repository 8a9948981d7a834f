import Foundation
import JSON
import Synchronization
import Wire

@testable import OpenAI

/// Answers letters by a script, and remembers them.
final class ScriptedDelivery: Delivering {
  typealias Script = @Sendable (Letter, _ number: Int) -> Result<Delivered, DeliveryFailure>

  private let script: Script
  private let state = Mutex<[Letter]>([])

  /// `script` is given each letter with its number, counted from 0.
  init(_ script: @escaping Script) { self.script = script }

  /// What was asked, in order.
  var letters: [Letter] { state.withLock { $0 } }
  /// The bodies that were sent.
  var bodies: [JSONValue] { letters.compactMap { letter in letter.body.flatMap { try? JSONParser.parse($0) } } }

  func deliver(_ letter: Letter, deadline: ContinuousClock.Instant) async throws(DeliveryFailure) -> Delivered {
    let number = state.withLock { letters in
      letters.append(letter)
      return letters.count - 1
    }
    if Task.isCancelled { throw .refused(nil, Unscored(.cancelled, "the call was cancelled")) }
    return try script(letter, number).get()
  }
}

extension Delivered {
  /// An answer after `attempts` attempts.
  static func answer(_ body: JSONValue, attempts: Int = 1) -> Delivered {
    Delivered(body: Array(((try? JSONWriter.compact(body)) ?? "").utf8), attempts: attempts, server: "http://judge/v1")
  }

  /// A chat completion with these texts.
  static func chat(_ texts: [String], attempts: Int = 1) -> Delivered {
    let choices = texts.enumerated().map { index, text -> JSONValue in
      [
        "index": .int(Int64(index)), "finish_reason": "stop",
        "message": ["role": "assistant", "content": .string(text)],
      ]
    }
    let usage: JSONValue = ["prompt_tokens": 10, "completion_tokens": .int(Int64(texts.count))]
    return .answer(["model": "m", "choices": .array(choices), "usage": usage], attempts: attempts)
  }
}

extension DeliveryFailure {
  /// A failure after one attempt, with what the server said where it answered.
  static func refused(
    _ refusal: Refusal?, _ unscored: Unscored = Unscored(.judgeError, "refused"), attempts: Int = 1
  ) -> Self {
    DeliveryFailure(unscored: unscored, attempts: attempts, refusal: refusal)
  }

  /// The server's answer with another status than 200.
  static func status(_ status: Int, _ message: String) -> Self {
    refused(Refusal(status: status, message: message), Unscored(.judgeError, "status \(status): \(message)"))
  }
}

enum Fixture {
  /// The JSON file `name` of Fixtures.
  static func json(_ name: String) throws -> JSONValue {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    return try JSONParser.parse([UInt8](Data(contentsOf: folder.appending(path: name))))
  }
}

extension Options {
  /// Options with a URL and a model, and `more` members.
  static func read(_ more: String = "") throws(JSONError) -> Options {
    let text = #"{"url": "http://judge/v1", "model": "m"\#(more.isEmpty ? "" : ", ")\#(more)}"#
    return try Options(JSONReader(try JSONParser.parse(text)))
  }
}
