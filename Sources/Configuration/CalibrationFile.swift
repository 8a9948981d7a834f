public import Calibration
public import Documents
public import JSON

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

  private let cascade: CascadeCalibration?

  /// Reads what stands in a file, or is to be kept in one, under `path`.
  public init(_ root: JSONReader, path: String, isForced: Bool = false) throws(JSONError) {
    cascade = root["cupel_cascade"] == nil ? nil : try CascadeCalibration(root)
    let steps = if let cascade { cascade.steps } else { [try JudgeCalibration(root)] }
    (calibration, later) = (steps[0], Array(steps.dropFirst()))
    (self.path, self.isForced) = (path, isForced)
  }

  /// Reads it completely.
  public init(_ path: String) throws(DocumentError) {
    let document = try Document.load(file: path)
    do throws(JSONError) { try self.init(document.root, path: path) } catch { throw document.locate(error) }
  }

  /// Its content.
  public var json: JSONValue { cascade?.json ?? calibration.json }

  /// `sha256:…` over everything in it. Judgments name the one of the calibration that was applied to them: of a cascade, a part of it.
  public func digest() throws(JSONError) -> String {
    if let cascade { return try cascade.digest() }
    return try calibration.digest()
  }
}
