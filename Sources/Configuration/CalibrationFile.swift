public import Calibration
public import Documents
import JSON

/// A calibration, or a cascade of them, that was written by `cupel calibrate fit`.
public struct CalibrationFile: Sendable, Hashable {
  /// As it was named.
  public let path: String
  /// What it says of the judge.
  public let calibration: JudgeCalibration
  /// What it says of the judges that judge, in turn, what the ones before them are unsure of; empty where it is no cascade.
  public let later: [JudgeCalibration]
  /// Whether it is applied although the judge's fingerprint, or the rubric, is another one by now.
  public var isForced = false

  /// One that is known already, and is to be kept under `path`.
  public init(_ calibration: JudgeCalibration, path: String, isForced: Bool) {
    (self.calibration, self.path, self.isForced) = (calibration, path, isForced)
    later = []
  }

  /// Reads it completely.
  public init(_ path: String) throws(DocumentError) {
    let document = try Document.load(file: path)
    do throws(JSONError) {
      let isCascade = document.root["cupel_cascade"] != nil
      let steps = isCascade ? try CascadeCalibration(document.root).steps : [try JudgeCalibration(document.root)]
      (calibration, later) = (steps[0], Array(steps.dropFirst()))
    } catch {
      throw document.locate(error)
    }
    self.path = path
  }
}
