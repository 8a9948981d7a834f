import Calibration
import Configuration
import Grading
import JSON
import Judging
public import Rubrics
public import Wire

/// A rubric, a judge and settings made ready: items in, judgments out.
public final class Session: Sendable {
  /// What it was asked for.
  public let terms: Terms
  /// The rubric with its digest.
  public let rubric: Rubric
  /// The judge's configured name; empty where only checks are computed.
  public let judge: String
  /// The names of those that judge, in turn, what it is unsure of; empty where it has the last word of everything.
  let then: [String]
  let pipeline: Pipeline
  /// By digest of a calibration, what live judgments are held against.
  let usual: [String: UsualValues]
  /// What its judgments are calibrated by, or why by nothing.
  let calibration: Result<CalibrationFile, Fault>
  /// Whether the same item would be judged the same again, as far as that is up to Cupel: several samples without a seed are asked
  /// for to see how they differ.
  let isRepeatable: Bool
  private let generation: Int
  /// Of everything but the item that a judgment follows from.
  private let digest: ContentDigest

  /// - Parameter around: What the judge is asked through; it is then looked at by itself, and hands nothing on. nil: it is asked itself.
  init(
    _ terms: Terms, _ generation: Generation, around: ((any Judge) -> any Judge)? = nil
  ) throws(Fault) {
    self.terms = terms
    self.generation = generation.number
    let rubric = try generation.rubric(named: terms.rubric)
    self.rubric = rubric
    let opened = rubric.needsJudge ? try generation.judge(named: terms.judge) : nil
    if rubric.needsJudge, opened == nil {
      throw Fault(.notUsable, "rubric '\(rubric.name)' asks a judge, and none is configured")
    }
    judge = opened?.settings.name ?? ""
    let first = try Road(terms, generation, rubric, opened, around)
    calibration = Self.calibration(of: first.pipeline, rubric, generation.calibrations(of: judge))
    let roads = try Self.calibrated(first, by: try? calibration.get(), handsOn: around == nil) { (name) throws(Fault) in
      try Road(terms, generation, rubric, generation.judge(named: name), nil)
    }
    then = roads.dropFirst().compactMap(\.settings?.name)
    do throws(GradingError) {
      let later = roads.dropFirst().map(\.pipeline)
      pipeline = later.isEmpty ? roads[0].pipeline : try roads[0].pipeline.handingOn(to: later)
    } catch {
      throw Fault(.notUsable, error.description)
    }
    var usual: [String: UsualValues] = [:]
    for road in roads { if let (digest, values) = road.usual { usual[digest] = values } }
    self.usual = usual
    isRepeatable = terms.seed != nil || (terms.samples ?? rubric.samples) == 1
    var fields = ContentDigest.Fields()
    for road in roads { fields.add(road.digest) }
    digest = fields.digest
  }

  /// The first that was fitted to judgments such as these.
  private static func calibration(
    of pipeline: Pipeline, _ rubric: Rubric, _ files: [CalibrationFile]
  ) -> Result<CalibrationFile, Fault> {
    if let file = files.first(where: { pipeline.mismatch($0.calibration, isForced: $0.isForced) == nil }) {
      return .success(file)
    }
    let near = files.first { $0.calibration.judge.rubric == rubric.reference }
    let why = near.flatMap { pipeline.mismatch($0.calibration) }.map {
      "that of this rubric was fitted otherwise: \($0)"
    }
    return .failure(
      Fault(
        .notUsable,
        "a calibrated reward needs a calibration of the judge for this rubric, and \(why ?? "there is none"); the rewards "
          + "score, win_rate, rank and group_normalized need none", path: "reward"))
  }

  /// The roads of the judge and of those that judge what it is unsure of, each with its calibration.
  private static func calibrated(
    _ first: Road, by file: CalibrationFile?, handsOn: Bool, _ road: (String) throws(Fault) -> Road
  ) throws(Fault) -> [Road] {
    guard let file else { return [first] }
    var roads = [try first.calibrated(by: file.calibration, file)]
    guard handsOn else { return roads }
    let names = first.settings?.then ?? []
    guard names.count >= file.later.count else {
      throw Fault(
        .notUsable,
        "the cascade \(file.path) has \(file.later.count + 1) judges, and \(names.count) are named in 'then' of judge "
          + "'\(first.settings?.name ?? "")'")
    }
    for (name, step) in zip(names, file.later) { roads.append(try road(name).calibrated(by: step, file)) }
    return roads
  }

  /// What makes an item the same work as another one; nil where no judge is asked, so that nothing is paid twice, and where it names
  /// media that may be others the next time.
  func key(of item: Item) -> WorkKey? {
    guard !judge.isEmpty, item.isFixed else { return nil }
    var fields = ContentDigest.Fields()
    fields.add(digest)
    fields.add(item)
    return WorkKey(digest: fields.digest, generation: generation)
  }

  /// The judgment of an item that could not be read.
  public func refuse(_ id: String, _ why: Unscored) -> Judgment { pipeline.refuse(id, why) }
}
