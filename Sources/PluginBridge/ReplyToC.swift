package import CCupelPlugin
package import Judging
package import Wire

extension JudgeReply {
  /// The reply as the ABI passes it; valid as long as `arena`.
  package func view(in arena: Arena) -> UnsafePointer<cupel_reply> { arena.place(structure(in: arena)) }

  private func structure(in arena: Arena) -> cupel_reply {
    var view = cupel_reply()
    view.struct_size = cupel_reply.size
    view.finish = UInt32(finish.map(Self.code) ?? 0)
    view.text = arena.text(text)
    if let reasoning { view.reasoning = arena.text(reasoning) }
    if let model { view.model = arena.text(model) }
    view.usage = usage.view(in: arena)
    view.scores = arena.pointers(to: scores.map { $0.view(in: arena) })
    view.score_count = scores.count
    view.tokens = arena.pointers(to: tokens.map { $0.view(in: arena) })
    view.token_count = tokens.count
    view.more = arena.pointers(to: more.map { $0.structure(in: arena) })
    view.more_count = more.count
    return view
  }

  private static func code(_ finish: Finish) -> Int {
    switch finish {
    case .stop: CUPEL_FINISH_STOP
    case .length: CUPEL_FINISH_LENGTH
    case .refused: CUPEL_FINISH_REFUSED
    }
  }

}

extension Usage {
  /// nil where nothing is known.
  fileprivate func view(in arena: Arena) -> UnsafePointer<cupel_usage>? {
    guard self != Usage() else { return nil }
    func count(_ value: Int?) -> UInt64 { value.flatMap { UInt64(exactly: $0) } ?? .max }
    return arena.place(
      cupel_usage(
        struct_size: cupel_usage.size, attempts: UInt32(clamping: requests ?? 0),
        prompt_tokens: count(promptTokens), completion_tokens: count(completionTokens),
        reasoning_tokens: count(reasoningTokens), cached_tokens: count(cachedTokens)))
  }
}

extension Unscored {
  /// What the ABI passes beside a failure: a reply with nothing but its usage; nil where nothing was spent.
  package func spentView(in arena: Arena) -> UnsafePointer<cupel_reply>? {
    guard spent != Usage() else { return nil }
    return JudgeReply(finish: nil, usage: spent).view(in: arena)
  }
}

extension CriterionScore {
  fileprivate func view(in arena: Arena) -> cupel_score {
    var view = cupel_score()
    view.struct_size = cupel_score.size
    view.name = arena.text(name)
    switch outcome {
    case .success(let measured):
      view.status = Status.ok.rawValue
      view.reason = arena.text(measured.reason)
      view.value = measured.value
      view.score = measured.score ?? .nan
    case .failure(let unscored):
      view.status = Status(unscored.reason).rawValue
      view.reason = arena.text(unscored.message)
      view.value = .nan
      view.score = .nan
    }
    return view
  }
}

extension JudgeReply.Token {
  fileprivate func view(in arena: Arena) -> cupel_token {
    var view = cupel_token()
    view.struct_size = cupel_token.size
    view.text = arena.text(text)
    view.logprob = logprob
    view.top = arena.pointers(to: top.map { $0.view(in: arena) })
    view.top_count = top.count
    return view
  }
}
