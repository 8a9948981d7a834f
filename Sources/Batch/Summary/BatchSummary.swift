public import Wire

/// What a run came to, computed while the judgments go by, in input order, so that equal results give equal summaries.
public struct BatchSummary: Sendable, Hashable {
  /// Items that were judged, whatever came of them.
  public private(set) var items = 0
  /// Items with a score (or a verdict) for every response.
  public private(set) var ok = 0
  /// Items of which some responses have a score and others have none.
  public private(set) var partial = 0
  /// Items without any score.
  public private(set) var unscored = 0
  /// How often each reason was given: once for an item that failed as a whole, else once for each response without a score.
  public private(set) var reasons: [UnscoredReason: Int] = [:]

  /// Over items, each with the mean of its scored responses: responses to one prompt are not independent, items are. Of nothing where judges
  /// of a cascade share the items (``isOfSeveralJudges``): what two judges give is not on one scale.
  public var score: RunningMean { isOfSeveralJudges ? RunningMean() : allScores }
  /// In the order of the rubric; without scores where judges of a cascade share the items.
  public var criteria: [Criterion] { isOfSeveralJudges ? allCriteria.map(\.withoutScores) : allCriteria }
  /// By place in the item's list of responses, for items with more than one: which of two systems is better. Without scores where judges of
  /// a cascade share the items.
  public var responses: [Response] { isOfSeveralJudges ? allResponses.map(\.withoutScores) : allResponses }
  private var allScores = RunningMean()
  private var allCriteria: [Criterion] = []
  private var allResponses: [Response] = []

  /// For how many items the first, second … judge of a cascade was the last one asked; one number where there is no cascade.
  public private(set) var lastAsked: [Int] = []
  /// Whether more than one judge had the last word.
  public var isOfSeveralJudges: Bool { lastAsked.count { $0 > 0 } > 1 }

  /// Items whose responses were compared side by side.
  public private(set) var comparisons = 0
  /// Of the comparisons, those without a single best response.
  public private(set) var ties = 0
  /// Comparisons judged in more than one order.
  public private(set) var ordersCompared = 0
  /// Of those, the ones in which every order named the same winner.
  public private(set) var ordersAgreed = 0

  /// Verdicts that were calibrated: one for each response with a score, or for a comparison.
  public private(set) var calibrated = 0
  /// Of these, those whose calibration has a threshold.
  public private(set) var decidable = 0
  /// Of these, those that are left to people.
  public private(set) var abstained = 0
  /// Over items, each with the mean of its calibrated scores: on the scale of people, whichever judge was asked.
  public private(set) var calibratedScore = RunningMean()

  /// Summed over all judgments, as far as the judge counts.
  public private(set) var usage = Usage()
  /// Items for which not every call's tokens are known.
  public private(set) var uncounted = 0
  /// What is known to be spent; nil where no one said what the judge charges.
  public private(set) var cost: Cost?

  /// Money spent on all items.
  public struct Cost: Sendable, Hashable {
    /// As the judge's prices name it.
    public let currency: String
    /// The sum of all that is known, of items whose whole cost is not known as well.
    public fileprivate(set) var known = Money.zero
    /// Items whose whole cost is not known.
    public fileprivate(set) var unknown = 0
  }

  /// One criterion over all items.
  public struct Criterion: Sendable, Hashable {
    /// The criterion's name in the rubric.
    public let name: String
    /// Over items, each with the mean of its scored responses.
    public fileprivate(set) var score = RunningMean()
    /// Responses without a score on this criterion.
    public fileprivate(set) var unscored = 0
    /// For a required criterion: responses that were let through.
    public fileprivate(set) var passed = 0
    /// Responses that were tried.
    public fileprivate(set) var gated = 0

    fileprivate var withoutScores: Criterion {
      var criterion = Criterion(name: name)
      criterion.unscored = unscored
      return criterion
    }
  }

  /// One place in the list of responses.
  public struct Response: Sendable, Hashable {
    /// On the rubric's scale.
    public fileprivate(set) var score = RunningMean()
    /// Its share of the verdicts, ties shared equally; comparisons only.
    public fileprivate(set) var wins = RunningMean()

    fileprivate var withoutScores: Response {
      var response = Response()
      response.wins = wins
      return response
    }
  }

  /// Places beyond this one are not kept apart.
  public static let maxResponses = 32

  /// Of nothing yet.
  public init() {}

  /// Items without a score for every response.
  public var incomplete: Int { partial + unscored }

  /// Counts one judgment.
  public mutating func add(_ judgment: Judgment) {
    items += 1
    switch judgment.status {
    case .ok: ok += 1
    case .partial: partial += 1
    case .unscored: unscored += 1
    }
    if judgment.status == .unscored, let first = judgment.unscored.first {
      reasons[first.unscored.reason, default: 0] += 1
    } else {
      for entry in judgment.unscored { reasons[entry.unscored.reason, default: 0] += 1 }
    }
    while lastAsked.count <= judgment.earlier.count { lastAsked.append(0) }
    lastAsked[judgment.earlier.count] += 1
    if let mean = Self.mean(of: judgment.scores) { allScores.add(mean) }
    for (place, criterion) in judgment.criteria.enumerated() { add(criterion, at: place) }
    addResponses(of: judgment)
    for outcome in judgment.calibrated?.all ?? [] {
      calibrated += 1
      if let abstains = outcome.abstains { (decidable, abstained) = (decidable + 1, abstained + (abstains ? 1 : 0)) }
    }
    if let mean = Self.mean(of: judgment.calibrated?.all.map(\.score) ?? []) { calibratedScore.add(mean) }
    usage = usage + judgment.totalUsage
    add(judgment.totalExpense)
  }

  private mutating func add(_ expense: Expense) {
    uncounted += expense.tokens.unknown > 0 ? 1 : 0
    guard let prices = expense.prices else { return }
    var sum = cost ?? Cost(currency: prices.currency)
    sum.known = sum.known + Money(units: expense.money.known)
    sum.unknown += expense.money.unknown > 0 ? 1 : 0
    cost = sum
  }

  private mutating func add(_ criterion: CriterionJudgment, at place: Int) {
    let index =
      allCriteria.indices.contains(place) && allCriteria[place].name == criterion.name
      ? place : allCriteria.firstIndex { $0.name == criterion.name }
    let at = index ?? allCriteria.endIndex
    if index == nil { allCriteria.append(Criterion(name: criterion.name)) }
    var scores: [Double] = []
    for outcome in criterion.outcomes {
      switch outcome {
      case .success(let score):
        scores.append(score.score)
        if let passed = score.passed {
          allCriteria[at].gated += 1
          allCriteria[at].passed += passed ? 1 : 0
        }
      case .failure: allCriteria[at].unscored += 1
      }
    }
    if let mean = Self.mean(of: scores) { allCriteria[at].score.add(mean) }
  }

  private mutating func addResponses(of judgment: Judgment) {
    let preference = judgment.comparison?.preference ?? []
    let count = min(max(judgment.scores.count, preference.count), Self.maxResponses)
    guard count > 1 else { return }
    while allResponses.count < count { allResponses.append(Response()) }
    for place in 0..<count {
      if place < judgment.scores.count, let score = judgment.scores[place] { allResponses[place].score.add(score) }
      if place < preference.count { allResponses[place].wins.add(preference[place]) }
    }
    guard let comparison = judgment.comparison else { return }
    comparisons += 1
    ties += comparison.winner == nil ? 1 : 0
    if let consistent = comparison.positionConsistent {
      ordersCompared += 1
      ordersAgreed += consistent ? 1 : 0
    }
  }

  private static func mean(of scores: [Double?]) -> Double? {
    let known = scores.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}
