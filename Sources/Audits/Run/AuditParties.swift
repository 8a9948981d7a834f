public import Judging
import Wire

/// The models of an audit besides the judge. What needs one that is not there is left out, and the plan says so.
public struct AuditParties: Sendable {
  /// Writes what critics say who have opinions of their own.
  public var critic: (any Judge)?
  /// Solves tasks and is told what critics think of it.
  public var solver: Solver?
  /// A second judge, for what each of two thinks of its own answers.
  public var peer: Solver?
  /// Rewrites responses.
  public var rewriter: (any Judge)?

  /// None.
  public init() {}

  /// - Throws: ``AuditError`` for one that gives numbers.
  func check() throws(AuditError) {
    for (role, model) in [("critic", critic), ("rewriting model", rewriter)] {
      guard let model, model.description.kind != .generative else { continue }
      throw AuditError("the \(role) '\(model.description.name)' gives numbers; it has to answer in words")
    }
  }

  /// By role, those that are there.
  var named: [(role: String, about: JudgeDescription)] {
    [
      ("critic", critic?.description), ("solver", solver?.model.description), ("peer", peer?.model.description),
      ("rewriter", rewriter?.description),
    ].compactMap { role, about in about.map { (role, $0) } }
  }
}
