import Calibration
import Configuration
import Grading
import JSON
import Wire

/// Fits a judge to labels.
struct CalibrationJob: JobKind {
  let name = "calibration"

  func plan(_ input: JSONValue, _ generation: Generation) throws(Fault) -> JobPlan {
    let request = try CalibrationRequest.shape(generation.settings).read(JSONReader(input))
    _ = try request.evidence()
    let most = request.maxCalls ?? generation.settings.jobs.maxCalls
    var plan = JSONObject([("labels", .int(Int64(request.labels.count)))])
    guard let items = request.items, let terms = request.terms else {
      plan["judgments"] = .int(Int64(request.judgments?.count ?? 0))
      return JobPlan(json: .object(plan), maxCalls: 0, identity: [:])
    }
    let session = try generation.session(on: terms)
    let calls = items.reduce(0) { $0 + session.pipeline.callCount(responses: $1.responses.count) }
    guard calls <= most else {
      throw Fault(
        .tooLarge, "\(items.count) items lead to \(calls) calls to the judge, and the job may make \(most) (max_calls)",
        path: request.maxCalls == nil ? "items" : "max_calls")
    }
    let identity = try Fault.reading { () throws(JSONError) in try session.pipeline.identity() }
    plan["judge"] = .string(session.judge)
    plan["model"] = identity.model.map { .string($0) }
    plan["fingerprint"] = identity.fingerprint.map { .string($0) }
    plan["rubric"] = .string(identity.rubric)
    plan["items"] = .int(Int64(items.count))
    plan["calls"] = .int(Int64(calls))
    plan["max_calls"] = .int(Int64(most))
    return JobPlan(json: .object(plan), maxCalls: most, identity: identity.json)
  }

  func run(_ run: JobRun) async throws(JobEnding) -> JobReport {
    let request: CalibrationRequest
    let labels: LabelledJudgments
    do throws(Fault) {
      request = try CalibrationRequest.shape(run.generation.settings).read(JSONReader(run.input))
      labels = try request.evidence()
    } catch {
      throw .failed(error.message)
    }
    let judgments = try await judgments(request, run)
    try run.check()
    let made = await QuietThread.run { Self.report(request, labels, judgments) }
    guard let made else { throw .failed("the system has no threads left to fit with") }
    return try made.get()
  }

  /// Those of the request, or of its items.
  private func judgments(_ request: CalibrationRequest, _ run: JobRun) async throws(JobEnding) -> [JSONReader] {
    if let judgments = request.judgments { return judgments }
    guard let items = request.items, let terms = request.terms else {
      throw .failed("there are no judgments and no items")
    }
    return try await run.judgments(of: items, in: run.session(on: terms)).map { JSONReader($0.json) }
  }

  private static func report(
    _ request: CalibrationRequest, _ labels: LabelledJudgments, _ judgments: [JSONReader]
  ) -> Result<JobReport, JobEnding> {
    var data = labels
    do throws(JSONError) {
      for (index, judgment) in judgments.enumerated() { try data.add(judgment, line: index + 1) }
      do throws(CalibrationError) {
        try data.finish()
        let calibration = try request.fit.calibration(data)
        var options = ReportOptions()
        (options.bandLevel, options.seed, options.resamples) = (
          request.fit.level, request.fit.seed, request.fit.resamples
        )
        let report = try CalibrationReport(data, options)
        return .success(JobReport(json: try json(calibration, report), html: report.html))
      } catch {
        return .failure(.failed(error.message))
      }
    } catch {
      return .failure(.failed("\(error)"))
    }
  }

  private static func json(
    _ calibration: JudgeCalibration, _ report: CalibrationReport
  ) throws(CalibrationError) -> JSONValue {
    do throws(JSONError) {
      return [
        "digest": .string(try calibration.digest()), "summary": .array(try calibration.summary().map { .string($0) }),
        "warnings": .array((calibration.warnings + report.warnings).map { .string($0) }),
        "calibration": calibration.json, "metrics": report.json,
      ]
    } catch {
      throw CalibrationError("the calibration cannot be written down: \(error)")
    }
  }
}
