import Calibration
import Configuration
import JSON

/// A calibration that was put in force while the server ran.
struct Activation: Sendable {
  /// The job that fitted it.
  let id: String
  /// The judge whose judgments it is applied to.
  let judge: String
  /// RFC 3339.
  let since: String
  /// The name of the key that asked for it; empty without keys.
  let by: String
  /// `sha256:…` of the calibration.
  let digest: String
  let file: CalibrationFile

  /// As the wire has it.
  var json: JSONValue {
    var object = JSONObject([("judge", .string(judge)), ("since", .string(since))])
    if !by.isEmpty { object["by"] = .string(by) }
    object["forced"] = .bool(file.isForced)
    return .object(object)
  }

  static var schema: Schema {
    .object([
      .must("judge", .text, "Whose judgments it is applied to."), .must("since", .text),
      .may("by", .text, "The name of the API key that asked for it."),
      .must("forced", .flag, "Whether another fingerprint, and another version of the rubric, will do."),
    ])
  }
}
