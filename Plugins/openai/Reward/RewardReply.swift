import JSON
import Wire

/// What a server said of one conversation: numbers in rows, one row for the whole or one for each step.
struct RewardReply: Sendable, Hashable {
  /// The number of one class, by its name where the server gives names.
  struct Entry: Sendable, Hashable {
    let value: Double
    let name: String?
  }

  var rows: [[Entry]]
  /// As the server names it; nil when it does not.
  var model: String?
  var usage: Usage
}

/// Reads the answers of the endpoints. One conversation is asked about at a time, so there is one answer, at index 0.
struct RewardReplyReader: Sendable {
  let options: RewardOptions

  /// The numbers. Whatever is not just what the endpoint's contract says is an error with its path: a number that is null, text or
  /// not finite, another count than was asked for, an error in place of an answer.
  func read(_ body: [UInt8], from source: ServerAnswer.Source) throws(Unscored) -> RewardReply {
    let root = JSONReader(try ServerAnswer.value(body, from: source))
    do throws(JSONError) {
      let rows = try rows(root)
      for row in rows where row.isEmpty { throw root.error("there is no number in it") }
      return RewardReply(rows: rows, model: root["model"]?.value.string, usage: usage(root))
    } catch {
      throw source.error(.judgeError, "the answer is not that of kind \(options.kind.rawValue): \(error)")
    }
  }

  private func rows(_ root: JSONReader) throws(JSONError) -> [[RewardReply.Entry]] {
    switch (options.kind, options.server) {
    case (.classify, .tei): return [try Self.named(root)]
    case (.classify, .infinity): return [try Self.named(try Self.only(try root.require("data")))]
    case (.classify, .sglang):
      return [try Self.numbers(try Self.onlyIfList(root).require("embedding"))]
    case (.classify, _): return [try Self.classes(try Self.onlyIndexed(try root.require("data")))]
    case (.score, _):
      return [[try Self.number(try Self.onlyIndexed(try root.require("data")).require("score"))]]
    case (.rerank, .tei), (.rerank, .sglang): return [[try Self.number(try Self.onlyIndexed(root).require("score"))]]
    case (.rerank, _):
      return [[try Self.number(try Self.onlyIndexed(try root.require("results")).require("relevance_score"))]]
    case (.pooling, _): return try pooled(try Self.onlyIndexed(try root.require("data")).require("data"))
    case (.embeddings, .tei): return [try Self.numbers(try Self.only(root))]
    case (.embeddings, _), (.chat, _):
      return [try Self.numbers(try Self.onlyIndexed(try root.require("data")).require("embedding"))]
    }
  }

  private func pooled(_ data: JSONReader) throws(JSONError) -> [[RewardReply.Entry]] {
    let elements = try data.array()
    let isNested = elements.first?.value.array != nil
    guard options.steps != nil else {
      guard !isNested else {
        throw data.error(
          "there are \(elements.count) rows of numbers, for tokens or steps, and one for the whole was expected; say how "
            + "steps are told apart (reward.steps), or serve the model such that it pools the whole sequence")
      }
      return [try Self.numbers(data)]
    }
    var rows: [[RewardReply.Entry]] = []
    for element in elements { rows.append(try Self.numbers(element)) }
    return rows
  }

  // MARK: Pieces

  /// `{"probs": […], "num_classes": n}`.
  private static func classes(_ row: JSONReader) throws(JSONError) -> [RewardReply.Entry] {
    let entries = try numbers(try row.require("probs"))
    if let count = row["num_classes"], try count.int() != entries.count {
      throw count.error("says \(try count.int()) classes, and there are \(entries.count) numbers")
    }
    return entries
  }

  /// `[{"label": "good", "score": 0.9}, …]`, the highest first.
  private static func named(_ list: JSONReader) throws(JSONError) -> [RewardReply.Entry] {
    var entries: [RewardReply.Entry] = []
    for element in try list.array() {
      let name = try element.require("label").string()
      guard !entries.contains(where: { $0.name == name }) else { throw element.error("'\(name)' is there twice") }
      entries.append(.init(value: try element.require("score").double(), name: name))
    }
    return entries
  }

  private static func numbers(_ list: JSONReader) throws(JSONError) -> [RewardReply.Entry] {
    var entries: [RewardReply.Entry] = []
    for element in try list.array() { entries.append(try number(element)) }
    return entries
  }

  private static func number(_ field: JSONReader) throws(JSONError) -> RewardReply.Entry {
    RewardReply.Entry(value: try field.double(), name: nil)
  }

  private static func only(_ list: JSONReader) throws(JSONError) -> JSONReader {
    let elements = try list.array()
    guard elements.count == 1 else {
      throw list.error("one conversation was asked about, and there are \(elements.count) answers")
    }
    return elements[0]
  }

  private static func onlyIfList(_ value: JSONReader) throws(JSONError) -> JSONReader {
    value.value.array == nil ? value : try only(value)
  }

  private static func onlyIndexed(_ list: JSONReader) throws(JSONError) -> JSONReader {
    let element = try only(list)
    if let index = element["index"], try index.int() != 0 {
      throw index.error("is \(try index.int()), and what was asked about has the index 0")
    }
    return element
  }

  /// Counts that make no sense count as not told, and so do infinity's, which are of characters.
  private func usage(_ root: JSONReader) -> Usage {
    guard options.server != .infinity else { return Usage() }
    let meta = root.value.array?.first.map { JSONReader($0) }?["meta_info"] ?? root["meta_info"]
    let told = root["usage"] ?? meta
    func count(_ name: String) -> Int? { told?[name]?.value.int.flatMap { $0 >= 0 ? $0 : nil } }
    guard let prompt = count("prompt_tokens") else { return Usage() }
    // A reward model writes nothing, so most servers do not count that; where one does, it is paid for.
    let written = count("completion_tokens") ?? max(0, (count("total_tokens") ?? prompt) - prompt)
    return Usage(promptTokens: prompt, completionTokens: written)
  }
}
