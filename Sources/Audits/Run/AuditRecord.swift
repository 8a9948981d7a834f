import Grading
import JSON
import Wire

/// What is kept of one judgment, or of one conversation.
struct AuditRecord: Sendable, Hashable {
  let key: AuditKey
  /// Of the judgment; of a conversation, that after its last round.
  var outcome: Outcome
  /// The judge's own words, shortened.
  var words: String?
  /// The whole replies, where a conversation goes on from them.
  var replies: [Exchange.Thread: String] = [:]
  /// What was said in a conversation after the first verdict.
  var rounds: [Round] = []
  var spent = Spent()

  /// One remark of a critic and what came of it.
  struct Round: Sendable, Hashable {
    /// What the critic said; nil: it gave no answer, and the conversation ends there.
    var remark: String?
    /// Whether the critic contradicted the judge, rather than ask it for its verdict once more or agree.
    var isObjection: Bool
    var outcome: Outcome
    var words: String?
    /// Whether the judge says that there is a conflict or a doubt.
    var acknowledges: Bool
  }

  /// What was paid.
  struct Spent: Sendable, Hashable {
    var calls = 0
    /// Of the calls that say.
    var tokens: Int128 = 0
    var money: Int128 = 0
    /// Calls of which either is not known.
    var unknown = 0

    mutating func add(_ expense: Expense) {
      calls += expense.calls
      tokens += expense.tokens.known
      money += expense.money.known
      unknown += max(expense.tokens.unknown, expense.money.unknown)
    }

    static func += (left: inout Spent, right: Spent) {
      left.calls += right.calls
      left.tokens += right.tokens
      left.money += right.money
      left.unknown += right.unknown
    }
  }

  /// Whether asking again might give what is missing.
  var isWorthAnotherTry: Bool {
    ([outcome] + rounds.map(\.outcome)).contains { outcome in
      if case .unscored(let reason, _) = outcome { reason.isRetryable } else { false }
    }
  }

  /// More of a reply does not help to see what happened, and reports are to be read.
  static let maxWords = 700

  static func excerpt(_ text: String?) -> String? {
    guard let text else { return nil }
    return text.count > maxWords ? "…" + text.suffix(maxWords) : text
  }
}
