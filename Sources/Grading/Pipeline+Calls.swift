<<<<<<< HEAD
extension Pipeline {
  /// Calls to the judge that an item with so many responses leads to, each sample counted as one; a truncated reply that is asked for
  /// once more comes on top.
  package func callCount(responses: Int) -> Int {
    guard judge != nil else { return 0 }
    if isScored { return responses }
    return plan.callCount(responses: responses)
  }
=======
import Judging
import Rubrics
public import Wire

extension Pipeline {
  /// How many calls to the judge one item with so many responses leads to, retries of truncated replies not counted.
  public func calls(responses: Int) -> Int {
    guard let judge else { return 0 }
    guard judge.description.kind == .generative else { return responses }
    let perShape = (plan.samples + plan.samplesPerCall - 1) / plan.samplesPerCall
    return plan.orders(responses).count * rubric.shapes(in: format, responses: responses).count * perShape
  }

  /// The format that items are judged in.
  public var judgedFormat: JudgmentFormat { format }
>>>>>>> 9d4b078 (wip audits)
}
