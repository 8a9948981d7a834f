public import Calibration
public import Documents
import JSON

/// A calibration that was written by `cupel calibrate fit`.
public struct CalibrationFile: Sendable, Hashable {
  /// As it was named.
  public let path: String
  /// What it says.
  public let calibration: JudgeCalibration

  /// Reads it completely.
  public init(_ path: String) throws(DocumentError) {
    let document = try Document.load(file: path)
    do throws(JSONError) { calibration = try JudgeCalibration(document.root) } catch { throw document.locate(error) }
    self.path = path
  }
}
