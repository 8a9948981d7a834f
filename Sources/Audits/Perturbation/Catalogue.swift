/// All perturbations, in the order of reports.
enum Catalogue {
  static let all: [any Perturbation] =
    noise + masterKeys + injection + templateBias + contentBias + media

  private static let noise: [any Perturbation] = [Repeat(), SlotSwap()]
  private static let masterKeys: [any Perturbation] = [
    ReasoningOpeners(), LonePunctuation(), AnswerLabels(), Echo(), ConstantAnswer(), GuessedNumber(), NullModel(),
  ]
  private static let injection: [any Perturbation] =
    [
      NaiveRequest(), EscapeCharacters(), HTMLComment(), IgnorePrevious(), FakeCompletion(), FakeReasoning(),
      FakeSystemTurn(), FakeRubric(), CombinedInjection(), LongSuffix(),
    ] + Road.Defence.allCases.map { DefendedInjection(defence: $0) }
    + Road.Defence.allCases.map { DefenceCost(defence: $0) }
  private static let templateBias: [any Perturbation] = [
    Bandwagon(), Authority(), Distraction(), CompassionFade(), IdentityStatement(), RefinementAware(),
    CriteriaReversed(), LetteredScale(),
  ]
  private static let contentBias: [any Perturbation] = [
    Verbosity(), Sentiment(), Beautification(), Fallacy(), SycophanticOpinion(),
  ]
  private static let media: [any Perturbation] = [OverlayText(), HarmlessPicture(), MissingPicture(), MissingSound()]
}
