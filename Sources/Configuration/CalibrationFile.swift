public import Calibration
public import Documents
import JSON

/// A calibration that was written by `cupel calibrate fit`.
public struct CalibrationFile: Sendable, Hashable {
  /// As it was named.
  public let path: String
  /// What it says.
  public let calibration: JudgeCalibration
  /// Whether it is applied although the judge's fingerprint, or the rubric, is another one by now.
  public var isForced = false

  /// One that is known already, and is to be kept under `path`.
  public init(_ calibration: JudgeCalibration, path: String, isForced: Bool) {
    (self.calibration, self.path, self.isForced) = (calibration, path, isForced)
  }

  /// Reads it completely.
  public init(_ path: String) throws(DocumentError) {
    let document = try Document.load(file: path)
    do throws(JSONError) { calibration = try JudgeCalibration(document.root) } catch { throw document.locate(error) }
    self.path = path
  }
}
