import CupelTesting
import Documents
import Grading
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Audits
@testable import Rubrics

/// The shipped rubrics and styles, found from the tests' own place.
enum Shipped {
  static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
  static let library = RubricLibrary(folders: [root + "/Rubrics"], styleFolders: [root + "/Rubrics/styles"])
}

extension AuditItem {
  /// A pair about a sum of which the first response is right, or with `winner` the second.
  static func pair(_ number: Int, winner: Int = 0) -> AuditItem {
    let right = "The sum is taken step by step. It holds that \(number) + 1 is asked for. The answer is \(number + 1)."
    let wrong = "It is a matter of adding up. The answer is \(number + 7)."
    return AuditItem(
      Item(
        id: "pair-\(number)", prompt: Content("What is \(number) + 1?"),
        responses: (winner == 0 ? [right, wrong] : [wrong, right]).map { Content($0) }),
      gold: .winner(winner), evidenceFor: .init("\(number) + 1 = \(number + 1)", source: "Tables"),
      evidenceAgainst: .init("\(number) + 1 = \(number + 7)", source: "Other tables"))
  }

  /// So many of them; the right response stands in either place equally often.
  static func pairs(_ count: Int) -> [AuditItem] { (0..<count).map { pair($0, winner: $0 % 2) } }
}

/// What a scripted judge is shown of a pair: its responses, by place, and what was said since.
struct Shown {
  let responses: [String]
  let prompt: String
  let remarks: [String]
  /// The judge's own earlier replies.
  let earlier: [String]

  init(_ call: JudgeCall) {
    let texts = call.messages.map { message in
      message.parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
    }
    let roles = call.messages.map(\.role)
    let user = roles.firstIndex(of: .user) ?? 0
    responses =
      Self.fenced("RESPONSE A", in: texts[user]) + Self.fenced("RESPONSE B", in: texts[user])
      + Self.fenced("RESPONSE", in: texts[user])
    prompt = Self.fenced("PROMPT", in: texts[user]).first ?? ""
    remarks = roles.indices.filter { $0 > user && roles[$0] == .user }.map { texts[$0] }
    earlier = roles.indices.filter { roles[$0] == .assistant }.map { texts[$0] }
  }

  /// The place of the response that answers the sum in the prompt.
  var right: Int? {
    guard let number = prompt.split(separator: " ").compactMap({ Int($0) }).first else { return nil }
    return responses.firstIndex { $0.contains("The answer is \(number + 1).") }
  }

  private static func fenced(_ title: String, in text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if let start = lines.firstIndex(where: { $0.utf8.starts(with: "<<<\(title) ".utf8) }),
      let end = lines.firstIndex(where: { $0.utf8.starts(with: "<<<END \(title) ".utf8) })
    {
      return [lines[lines.index(after: start)..<end].joined(separator: "\n")]
    }
    // Without fences: from the title to what comes next in the prompt.
    guard let start = lines.firstIndex(where: { $0 == "\(title):" }) else { return [] }
    let rest = lines[lines.index(after: start)...]
    let end = rest.firstIndex {
      $0 == "RESPONSE B:" || $0.utf8.starts(with: "## To be judged".utf8) || $0 == "# Your answer"
    }
    return [rest[..<(end ?? rest.endIndex)].joined(separator: "\n").trimmingEnd]
  }
}

extension String {
  fileprivate var trimmingEnd: String { String(reversed().drop(while: \.isNewline).reversed()) }
}

extension AuditBench {
  /// A bench for pairs under the shipped rubric 'preference'.
  static func pairs(critic: (any Judge)? = nil, _ judge: any Judge) throws -> AuditBench {
    var parties = AuditParties()
    parties.critic = critic
    return try pairs(parties, judge)
  }

  static func pairs(_ parties: AuditParties, _ judge: any Judge) throws -> AuditBench {
    try AuditBench(
      rubric: try Shipped.library.rubric("preference"), judge: judge, checks: nil, media: nil, parties: parties)
  }

  /// A bench whose judge names the better of two places; nil: a tie.
  static func choosing(_ choose: @escaping @Sendable (Shown, JudgeCall) -> Int?) throws -> AuditBench {
    try pairs(
      ScriptedJudge { call in
        switch choose(Shown(call), call) {
        case 0: .text("[[A>B]]")
        case 1: .text("[[B>A]]")
        default: .text("[[A=B]]")
        }
      })
  }
}
