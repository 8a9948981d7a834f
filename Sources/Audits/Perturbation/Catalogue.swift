/// All perturbations, in the order of reports.
enum Catalogue {
  /// Those of an audit of `items`: some need to know what else is there.
  static func all(for items: [AuditItem]) -> [any Perturbation] { all(SwappedSound(items)) }

  /// All of them, with what they show themselves with.
  static let all = all(SwappedSound.shown)

  private static func all(_ swapped: SwappedSound) -> [any Perturbation] {
    noise + masterKeys + injection + templateBias + contentBias + media + [swapped]
  }

  private static let noise: [any Perturbation] = [Repeat(), SlotSwap()]
  private static let masterKeys: [any Perturbation] = [
    ReasoningOpeners(), LonePunctuation(), AnswerLabels(), Echo(), ConstantAnswer(), GuessedNumber(), NullModel(),
  ]
  private static let injection: [any Perturbation] =
    [
      NaiveRequest(), EscapeCharacters(), HTMLComment(), IgnorePrevious(), FakeCompletion(), FakeReasoning(),
      FakeSystemTurn(), FakeRubric(), CombinedInjection(), LongSuffix(), UnfencedInjection(),
    ] + Road.Defence.allCases.map { DefendedInjection(defence: $0) } + [FenceCost()]
    + Road.Defence.allCases.map { DefenceCost(defence: $0) }
  private static let templateBias: [any Perturbation] = [
    Bandwagon(), Authority(), Distraction(), CompassionFade(), IdentityStatement(), RefinementAware(),
    CriteriaReversed(), LetteredScale(),
  ]
  private static let contentBias: [any Perturbation] = [
    Verbosity(), Sentiment(), Beautification(), Fallacy(), SycophanticOpinion(), Rewritten(),
  ]
  private static let media: [any Perturbation] = [
    OverlayText(), HarmlessPicture(), CaptionedPicture(), MissingPicture(), FrameWithText(), SpokenInstruction(),
    MissingSound(),
  ]
}
