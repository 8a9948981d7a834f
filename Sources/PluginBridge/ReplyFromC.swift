package import CCupelPlugin
import JSON
package import Judging
package import Wire

/// Reads what a judge plugin answered, and believes none of it: a reply that breaks the contract is `judge_error`, with a
/// message that names the member.
package struct ReplyReader: Sendable {
  /// What the judge said it is; decides what its replies must hold. nil: either will do.
  package let kind: JudgeDescription.Kind?
  /// The scores that every reply must hold once each; empty: any.
  package let criteria: [String]
  private let areDistinct: Bool

  package init(kind: JudgeDescription.Kind?, criteria: [String]) {
    self.kind = kind
    self.criteria = criteria
    areDistinct = Set(criteria).count == criteria.count
  }

  /// A copy of the reply to a call that wanted `samples` replies.
  package func copy(_ pointer: UnsafePointer<cupel_reply>, samples: Int = 1) throws(Unscored) -> JudgeReply {
    try pointer.checkSize("reply")
    return try cupel_reply.read(pointer) { reply in
      Result { () throws(Unscored) in
        var first = try copy(whole: reply.pointee)
        let count = reply.pointee.more_count
        guard count == samples - 1 else {
          throw broken("it is one of \(UInt(bitPattern: count) &+ 1) replies, and \(samples) were asked for")
        }
        for more in try list(reply.pointee.more, count, atMost: Limits.samples, "more") {
          first.more.append(
            try cupel_reply.read(more) { more in
              Result { () throws(Unscored) in try copy(whole: more.pointee) }
            }.get())
        }
        return first
      }
    }.get()
  }

  /// What a failure was paid for: the usage of the reply that came beside it, where one came. Never another failure.
  package static func spent(_ pointer: UnsafePointer<cupel_reply>?) -> Usage {
    guard let pointer, (try? pointer.checkSize("reply")) != nil else { return Usage() }
    return cupel_reply.read(pointer) { reply in
      (try? ReplyReader(kind: nil, criteria: []).usage(reply.pointee.usage)) ?? Usage()
    }
  }

  private func copy(whole reply: cupel_reply) throws(Unscored) -> JudgeReply {
    let usage = try usage(reply.usage)
    let scores = try scores(reply)
    let reasoning = try text(reply.reasoning, "reasoning")
    let model = try text(reply.model, "model")
    return JudgeReply(
      text: try text(reply.text, "text"), reasoning: reasoning.isEmpty ? nil : reasoning, finish: try finish(reply),
      model: model.isEmpty ? nil : model, usage: usage, scores: scores, tokens: try tokens(reply))
  }

  private func finish(_ reply: cupel_reply) throws(Unscored) -> JudgeReply.Finish? {
    switch (kind, Int(reply.finish)) {
    case (_, CUPEL_FINISH_STOP): return .stop
    case (_, CUPEL_FINISH_LENGTH): return .length
    case (_, CUPEL_FINISH_REFUSED): return .refused
    case (.scoring, 0), (nil, 0): return nil
    default:
      throw broken(
        "finish is \(reply.finish); accepted: \(CUPEL_FINISH_STOP) (stop), \(CUPEL_FINISH_LENGTH) (length), "
          + "\(CUPEL_FINISH_REFUSED) (refused)")
    }
  }

  private func usage(_ pointer: UnsafePointer<cupel_usage>?) throws(Unscored) -> Usage {
    guard let pointer else { return Usage() }
    try pointer.checkSize("usage")
    func count(_ value: UInt64, _ name: String) throws(Unscored) -> Int? {
      if value == .max { return nil }
      guard let count = Int(exactly: value) else { throw broken("usage.\(name) is \(value), which no count can be") }
      return count
    }
    let usage = pointer.pointee
    return Usage(
      promptTokens: try count(usage.prompt_tokens, "prompt_tokens"),
      completionTokens: try count(usage.completion_tokens, "completion_tokens"),
      reasoningTokens: try count(usage.reasoning_tokens, "reasoning_tokens"),
      cachedTokens: try count(usage.cached_tokens, "cached_tokens"),
      requests: usage.attempts == 0 ? nil : Int(usage.attempts))
  }

  private func scores(_ reply: cupel_reply) throws(Unscored) -> [CriterionScore] {
    let pointers = try list(reply.scores, reply.score_count, atMost: Limits.scores, "scores")
    guard kind != .generative else { return [] }
    var scores: [CriterionScore] = []
    scores.reserveCapacity(pointers.count)
    for (at, pointer) in pointers.enumerated() { scores.append(try score(pointer.pointee, at)) }
    if scores.isEmpty, kind == .scoring { throw broken("it has no scores, though the judge says it is a scoring one") }
    try checkNames(scores)
    return scores
  }

  private func checkNames(_ scores: [CriterionScore]) throws(Unscored) {
    // As described, and in that order, which is how it goes: each name is there once.
    if areDistinct, scores.count == criteria.count, zip(scores, criteria).allSatisfy({ $0.name == $1 }) { return }
    var names: Set<String> = []
    for score in scores where !names.insert(score.name).inserted {
      throw broken("two scores are named '\(score.name)'")
    }
    guard !criteria.isEmpty, names != Set(criteria) else { return }
    let missing = Set(criteria).subtracting(names).sorted()
    let extra = names.subtracting(criteria).sorted()
    throw broken("its scores are not those the judge described; missing: \(missing), not described: \(extra)")
  }

  private func score(_ score: cupel_score, _ at: Int) throws(Unscored) -> CriterionScore {
    let name = try name(score.name, at)
    guard !name.isEmpty else { throw broken("scores[\(at)] has no name") }
    let reason = try text(score.reason, "scores[\(at)].reason")
    let status = Status(code: score.status)
    guard status == .ok else { return CriterionScore(name: name, .failure(Unscored(status.reason, reason))) }
    guard score.value.isFinite else { throw broken("score '\(name)' has the value \(score.value)") }
    guard score.score.isNaN || (0...1).contains(score.score) else {
      throw broken("score '\(name)' is \(score.score); accepted: 0 to 1, or NaN for a measure without bounds")
    }
    let measured = CriterionScore.Measured(
      value: score.value, score: score.score.isNaN ? nil : score.score, reason: reason)
    return CriterionScore(name: name, .success(measured))
  }

  /// The name as the judge described it, where it is the one that is due.
  private func name(_ view: cupel_text, _ at: Int) throws(Unscored) -> String {
    if at < criteria.count, criteria[at].utf8.elementsEqual(view.bytes) { return criteria[at] }
    return try text(view, "scores[\(at)].name")
  }

  private func tokens(_ reply: cupel_reply) throws(Unscored) -> [JudgeReply.Token] {
    var tokens: [JudgeReply.Token] = []
    let pointers = try list(reply.tokens, reply.token_count, atMost: Limits.tokens, "tokens")
    tokens.reserveCapacity(pointers.count)
    for (at, pointer) in pointers.enumerated() {
      var top: [JudgeReply.Token] = []
      let alternatives = try list(
        pointer.pointee.top, pointer.pointee.top_count, atMost: Limits.alternatives, "tokens[\(at)].top")
      for alternative in alternatives {
        top.append(try token(alternative.pointee, at, top: []))
      }
      tokens.append(try token(pointer.pointee, at, top: top))
    }
    return tokens
  }

  private func token(
    _ token: cupel_token, _ at: Int, top: [JudgeReply.Token]
  ) throws(Unscored) -> JudgeReply.Token {
    guard token.logprob.isFinite else { throw broken("tokens[\(at)] has the log-probability \(token.logprob)") }
    // A token may be part of a character: what is not UTF-8 by itself is shown as U+FFFD.
    return JudgeReply.Token(text: token.text.repaired, logprob: token.logprob, top: top)
  }

  private func text(_ view: cupel_text, _ name: @autoclosure () -> String) throws(Unscored) -> String {
    guard let text = view.validated else { throw broken("\(name()) is not valid UTF-8") }
    return text
  }

  /// The elements of an array of pointers, each with a valid size. An element may be NULL whatever the header promises.
  private func list<Element: SizedStruct>(
    _ start: UnsafePointer<UnsafePointer<Element>>?, _ count: Int, atMost limit: Int, _ name: @autoclosure () -> String
  ) throws(Unscored) -> [UnsafePointer<Element>] {
    // size_t reads as Int here: what is too large for it is negative.
    guard (0...limit).contains(count) else {
      throw broken("it has \(UInt(bitPattern: count)) \(name()); the limit is \(limit)")
    }
    guard count > 0 else { return [] }
    guard let start else { throw broken("it states \(count) \(name()) and gives none") }
    var elements: [UnsafePointer<Element>] = []
    elements.reserveCapacity(count)
    let pointers = UnsafeRawPointer(start).assumingMemoryBound(to: UnsafePointer<Element>?.self)
    for at in 0..<count {
      guard let element = pointers[at] else { throw broken("\(name())[\(at)] is NULL") }
      try element.checkSize("\(name())[\(at)]")
      elements.append(element)
    }
    return elements
  }

  private func broken(_ what: String) -> Unscored { Unscored(.judgeError, "the reply breaks the contract: \(what)") }
}

extension UnsafePointer where Pointee: SizedStruct {
  /// Refuses a struct whose writer did not set its size, or set a smaller one than the first version of the ABI had.
  package func checkSize(_ name: @autoclosure () -> String) throws(Unscored) {
    let stated = UnsafeRawPointer(self).load(as: UInt32.self)
    guard stated >= Pointee.minimumSize else {
      throw Unscored(
        .judgeError,
        "the plugin breaks the contract: \(name()) states a size of \(stated) bytes; accepted: \(Pointee.minimumSize) or more"
      )
    }
  }
}
