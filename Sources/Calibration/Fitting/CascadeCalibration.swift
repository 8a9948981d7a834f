public import JSON
import Wire

/// How the judgments of several judges are to be read, of which each judges what the ones before it are unsure of: what the file of a
/// cascade holds.
public struct CascadeCalibration: Sendable, Hashable {
  /// Of the file's layout. A file of another one is refused.
  public static let version = 1

  /// The cheapest judge first. All have the same threshold.
  public let steps: [JudgeCalibration]

  /// Refuses steps that are no cascade.
  public init(_ steps: [JudgeCalibration]) throws(CalibrationError) {
    guard steps.count > 1 else { throw CalibrationError("a cascade needs two judges or more") }
    for (place, step) in steps.enumerated() {
      guard let abstention = step.abstention else {
        throw CalibrationError("steps[\(place)] has no 'abstention': it never hands an item on")
      }
      guard step.rules == steps[0].rules else {
        throw CalibrationError("steps[\(place)] was fitted to other labels than steps[0]")
      }
      guard step.judge.rubric == steps[0].judge.rubric, step.judge.format == steps[0].judge.format else {
        throw CalibrationError(
          "steps[\(place)] is for \(step.judge.rubric), \(step.judge.format), and steps[0] for \(steps[0].judge.rubric), "
            + "\(steps[0].judge.format); a cascade has one rubric, and judges in one format")
      }
      guard abstention.isLike(steps[0].abstention) else {
        throw CalibrationError("steps[\(place)] has another threshold, or promise, than steps[0]; they share one")
      }
    }
    self.steps = steps
  }

  /// `sha256:…` over everything in it. Refuses one that no file could hold: a number in it is not finite.
  public func digest() throws(JSONError) -> String { Digest.sha256(try JSONWriter.canonical(json)) }

  /// The file's content.
  public var json: JSONValue {
    ["cupel_cascade": .int(Int64(Self.version)), "steps": .array(steps.map(\.json))]
  }

  /// Reads what ``json`` writes.
  public init(_ reader: JSONReader) throws(JSONError) {
    let version = try reader.require("cupel_cascade")
    guard try version.int() == Self.version else {
      throw version.error("the layout \(try version.int()) is not known; accepted: \(Self.version)")
    }
    try reader.allowOnly("cupel_cascade", "steps")
    let field = try reader.require("steps")
    var steps: [JudgeCalibration] = []
    for step in try field.array() { steps.append(try JudgeCalibration(step)) }
    do throws(CalibrationError) { try self.init(steps) } catch { throw field.error(error.message) }
  }

  /// What was fitted and what is promised, for people.
  public func summary() throws(JSONError) -> [String] {
    var lines: [String] = []
    for (place, step) in steps.enumerated() {
      let share = step.abstention.map { Shown.percent($0.coverage) } ?? "–"
      lines += try step.summary().filter { !$0.hasPrefix("decides ") }
      lines.append(
        place == 0 ? "decides \(share) of the items" : "decides \(share) of the items, which the others leave to it")
    }
    guard let abstention = steps[0].abstention else { return lines }
    guard let threshold = abstention.threshold else {
      return lines + [
        "together they decide nothing: no threshold keeps the risk below \(Shown.percent(abstention.risk))"
      ]
    }
    let together = steps.compactMap { $0.abstention?.coverage }.sum
    return lines + [
      "together, above a confidence of \(Shown.number(threshold)): \(Shown.percent(together)) of the items, at most "
        + "\(Shown.percent(abstention.risk)) of them wrongly"
    ]
  }

  /// What makes it doubtful, with the judge it is about.
  public var warnings: [String] {
    var warnings: [String] = []
    for step in steps {
      for warning in step.warnings { warnings.append("\(step.judge.shown): \(warning)") }
      if step.abstention?.threshold != nil, step.abstention?.coverage == 0 {
        warnings.append("\(step.judge.shown) decides none of the items; the cascade is cheaper without it")
      }
    }
    return warnings
  }
}
