import JSON

/// All checks. A new one is a file of its own and a line here.
enum Registry {
  static let kinds: [CheckKind] = [
    EqualsCheck.kind,
    ContainsCheck.kind,
    RegexCheck.kind,
    NumberCheck.kind,
    ChoiceCheck.kind,
    JSONCheck.kind,
    JSONSchemaCheck.kind,
    CountCheck.words,
    CountCheck.sentences,
    CountCheck.characters,
    CountCheck.lines,
    TagsCheck.kind,
    RepetitionCheck.kind,
    SQuADCheck.exactMatch,
    SQuADCheck.tokenF1,
    RougeCheck.rouge1,
    RougeCheck.rouge2,
    RougeCheck.rougeL,
    BleuCheck.kind,
    ChrFCheck.kind,
    EditRatioCheck.kind,
    DimensionsCheck.kind,
    BlankCheck.kind,
    SharpnessCheck.kind,
    ExposureCheck.kind,
    ContrastCheck.kind,
    ColourfulnessCheck.kind,
    PSNRCheck.kind,
    SSIMCheck.kind,
    PerceptualHashCheck.phash,
    PerceptualHashCheck.dhash,
    DurationCheck.kind,
    PeakCheck.kind,
    TruePeakCheck.kind,
    LoudnessCheck.kind,
    ClippingCheck.kind,
    SilenceCheck.kind,
    SNRCheck.kind,
    SISDRCheck.kind,
    SpectralDistanceCheck.kind,
    BlackFramesCheck.kind,
    FrozenFramesCheck.kind,
    FlickerCheck.kind,
    SceneCutsCheck.kind,
    MeanSharpnessCheck.kind,
    VideoComparisonCheck.psnr,
    VideoComparisonCheck.ssim,
    FactCheck.kind,
  ]

  private static let byName = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })

  /// The check that the object names: exactly one of its keys is a check, all others are options of it.
  static func kind(of written: JSONReader) throws(JSONError) -> CheckKind {
    let keys = try written.object().keys
    let named = keys.compactMap { byName[$0] }
    guard let kind = named.first else {
      let common = Set(kinds.flatMap(\.allOptions))
      let unknown = keys.first { !common.contains($0) } ?? keys.first
      guard let unknown else { throw written.error("the check is empty; name one, such as {regex: '\\d+'}") }
      throw JSONError(
        Suggestion.unknown("check", unknown, among: kinds.map(\.name)), path: written.path[unknown].description)
    }
    if named.count > 1 {
      throw written.error("'\(named[0].name)' and '\(named[1].name)' are two checks; give each a criterion of its own")
    }
    for key in keys where key != kind.name && !kind.allOptions.contains(key) {
      throw JSONError(
        Suggestion.unknown("option of '\(kind.name)'", key, among: kind.allOptions),
        path: written.path[key].description)
    }
    return kind
  }
}
