public import ArgumentParser
public import Rubrics
public import Wire

extension JudgmentFormat: ExpressibleByArgument {}
extension OrderPolicy: ExpressibleByArgument {}
extension VerdictSource.Kind: ExpressibleByArgument {}

extension Money: ExpressibleByArgument {
  /// A decimal number, read exactly.
  public init?(argument: String) { self.init(decimal: argument) }
}

/// How the summary is printed.
enum SummaryFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json
}

/// How many items may go without a score: a number, or a share of all.
enum UnscoredAllowance: Equatable, ExpressibleByArgument {
  case items(Int)
  /// 0...1.
  case share(Double)

  init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), (0...100).contains(percent) else { return nil }
      self = .share(percent / 100)
    } else {
      guard let count = Int(argument), count >= 0 else { return nil }
      self = .items(count)
    }
  }

  /// Whether `unscored` of `items` is too many.
  func isExceeded(by unscored: Int, of items: Int) -> Bool {
    switch self {
    case .items(let most): unscored > most
    case .share(let most): Double(unscored) > most * Double(items)
    }
  }
}
