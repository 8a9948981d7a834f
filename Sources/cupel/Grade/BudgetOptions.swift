import Batch
import Configuration
import JSON
import Rubrics

/// `--max-cost` and `--max-tokens`.
struct BudgetOptions {
  private let arguments: RunningOptions

  init(_ arguments: RunningOptions) { self.arguments = arguments }

  /// The budget of a run with these judges; nil without a limit. A budget that could not be watched is refused here, as far as that
  /// can be known before the first reply.
  func budget(of judges: [JudgeSettings], _ rubric: Rubric) throws -> Budget? {
    let named = [
      arguments.maxCost.map { _ in "--max-cost" }, arguments.maxTokens.map { _ in "--max-tokens" },
    ].compactMap { $0 }
    guard let first = named.first else { return nil }
    guard !judges.isEmpty else {
      throw CommandFailure.usage("\(first): rubric '\(rubric.name)' asks no judge, so there is nothing to pay for")
    }
    if arguments.maxCost != nil, let judge = judges.first(where: { $0.prices == nil }) {
      let place = judge.path.description.isEmpty ? "judges.\(judge.name)" : judge.path.description
      throw CommandFailure.usage(
        "--max-cost: it is not known what judge '\(judge.name)' charges; say it in cupel.yaml (\(place).prices), or limit "
          + "the tokens with --max-tokens")
    }
    return Budget(
      [arguments.maxCost.map { .money($0) }, arguments.maxTokens.map { .tokens($0) }].compactMap { $0 })
  }
}
