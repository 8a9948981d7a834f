public import Calibration
public import JSON
import Wire

/// Stage *calibrate*: what a judgment is worth by what people said of others like it.
struct AppliedCalibration: Sendable {
  let calibration: JudgeCalibration
  /// Computed once: it goes with every judgment.
  let digest: String

  /// Adds it to what is scored. A judgment without any score stays as it is.
  func apply(to judgment: inout Judgment, group: String?) {
    guard judgment.status != .unscored else { return }
    do throws(JSONError) {
      // Read as a file would be: the confidence of a live judgment must be that of the ones it was fitted to.
      judgment.calibrated = try calibration.calibrated(
        JSONReader(judgment.json), responses: judgment.scores.count, group: group, digest: digest)
    } catch {
      judgment.notes.append("not calibrated: \(error)")
    }
  }
}

extension Pipeline {
  /// The same road, with a calibration at its end.
  ///
  /// - Parameter isForced: whether it is applied although it was fitted to other judgments than these will be.
  /// - Throws: ``GradingError`` saying in what they differ.
  public func calibrated(
    by calibration: JudgeCalibration, isForced: Bool = false
  ) throws(GradingError) -> Pipeline {
    if !isForced, let difference = mismatch(calibration) {
      throw GradingError("the calibration was fitted to other judgments than these: \(difference)")
    }
    var pipeline = self
    do throws(JSONError) {
      pipeline.calibration = AppliedCalibration(calibration: calibration, digest: try calibration.digest())
    } catch {
      throw GradingError("the calibration cannot be written down: \(error)")
    }
    return pipeline
  }

  /// Of the calibration at its end; nil where there is none.
  public var calibrationDigest: String? { calibration?.digest }

  /// In what the judgments of this road differ from those that `calibration` was fitted to; nil where they do not.
  ///
  /// - Parameter isForced: whether another fingerprint, and another version of the same rubric, will do.
  public func mismatch(_ calibration: JudgeCalibration, isForced: Bool = false) -> String? {
    do throws(JSONError) { return calibration.mismatch(try identity(), isForced: isForced) } catch {
      return error.description
    }
  }

  /// Who judges on this road, by what, and how.
  public func identity() throws(JSONError) -> JudgeIdentity { try JudgeIdentity(JSONReader(blank("").json)) }
}
