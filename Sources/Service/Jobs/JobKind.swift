import Configuration
import JSON

/// One kind of job: what is asked for, what that will take, and how it is done.
///
/// Everything random in it follows from its input, and every call to a judge goes through ``JobRun/judge(_:)``. A job that is begun
/// again after a restart then asks the same, and is answered from its ledger.
protocol JobKind: Sendable {
  /// `calibration`; it stands in the files of jobs, in metrics and in answers.
  var name: String { get }

  /// What the job would do now, or what is wrong with what is asked for.
  func plan(_ input: JSONValue, _ generation: Generation) throws(Fault) -> JobPlan

  /// Does it.
  func run(_ run: JobRun) async throws(JobEnding) -> JobReport
}

/// What came of a job: all of it.
struct JobReport: Sendable {
  let json: JSONValue
  /// The same as one page.
  let html: String
  /// What is shown of it without opening it; nil: nothing.
  var summary: JSONValue?
}
