import Judging

/// A reward model, asked as it is for a judgment.
extension Probe {
  /// Returns whether a number came.
  mutating func reward(_ reward: RewardOptions) async -> Bool {
    let outcome = await session.judge(
      [
        JudgeMessage(.user, [.text("How much is 2 + 2?")]), JudgeMessage(.assistant, [.text("4")]),
        JudgeMessage(.reference, [.text("4")]),
      ], reward)
    var works = false
    note(options.kind.rawValue, outcome) { reply in
      guard case .success(let measured)? = reply.scores.first?.outcome else { return (.no, "no number came") }
      works = true
      return (.yes, "gives \(measured.value) for '4' as the answer to 'How much is 2 + 2?'")
    }
    return works
  }
}
