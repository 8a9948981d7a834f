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
    guard let items = request.items else {
      plan["judgments"] = .int(Int64(request.judgments?.count ?? 0))
      return JobPlan(json: .object(plan), maxCalls: 0, identity: [:])
    }
    let sessions = try Self.sessions(request.terms) { (terms) throws(Fault) in
      // Each judge by itself, whatever it hands on by now.
      try Session(terms, generation, around: { $0 })
    }
    let calls = sessions.reduce(0) { sum, session in
      items.reduce(sum) { $0 + session.pipeline.callCount(responses: $1.responses.count) }
    }
    guard calls <= most else {
      throw Fault(
        .tooLarge, "\(items.count) items lead to \(calls) calls to the judge, and the job may make \(most) (max_calls)",
        path: request.maxCalls == nil ? "items" : "max_calls")
    }
    let identities = try Fault.reading { () throws(JSONError) in
      var list: [JudgeIdentity] = []
      for session in sessions { list.append(try session.pipeline.identity()) }
      return list
    }
    let identity = identities[0]
    plan["judge"] = .string(sessions[0].judge)
    if sessions.count > 1 { plan["then"] = .array(sessions.dropFirst().map { .string($0.judge) }) }
    plan["model"] = identity.model.map { .string($0) }
    plan["fingerprint"] = identity.fingerprint.map { .string($0) }
    plan["rubric"] = .string(identity.rubric)
    plan["items"] = .int(Int64(items.count))
    plan["calls"] = .int(Int64(calls))
    plan["max_calls"] = .int(Int64(most))
    return JobPlan(
      json: .object(plan), maxCalls: most,
      identity: identities.count == 1 ? identity.json : .array(identities.map(\.json)))
  }

  /// One for each judge, the first one first. None is asked twice.
  private static func sessions(
    _ terms: [Terms], _ session: (Terms) throws(Fault) -> Session
  ) throws(Fault) -> [Session] {
    var sessions: [Session] = []
    for (place, terms) in terms.enumerated() {
      let next = try session(terms)
      guard !sessions.contains(where: { $0.judge == next.judge }) else {
        throw Fault(
          .invalidRequest, "'\(next.judge)' is asked before; a judge is asked once",
          path: JSONPath()["then"][place - 1].description)
      }
      sessions.append(next)
    }
    return sessions
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

  /// Those of the request, or of its items; one list for each judge.
  private func judgments(_ request: CalibrationRequest, _ run: JobRun) async throws(JobEnding) -> [[JSONReader]] {
    if let judgments = request.judgments { return [judgments] + (request.thenJudgments ?? []) }
    guard let items = request.items else { throw .failed("there are no judgments and no items") }
    var lists: [[JSONReader]] = []
    for terms in request.terms {
      let session = try run.session(on: terms)
      let judgments = try await run.judgments(
        of: items, in: session, after: lists.count * items.count, of: request.terms.count * items.count)
      lists.append(judgments.map { JSONReader($0.json) })
    }
    return lists
  }

  private static func report(
    _ request: CalibrationRequest, _ labels: LabelledJudgments, _ judgments: [[JSONReader]]
  ) -> Result<JobReport, JobEnding> {
    var judges: [LabelledJudgments] = []
    do throws(JSONError) {
      for list in judgments {
        var data = labels
        for (index, judgment) in list.enumerated() { try data.add(judgment, line: index + 1) }
        judges.append(data)
      }
    } catch {
      return .failure(.failed("\(error)"))
    }
    do throws(CalibrationError) {
      for place in judges.indices { try judges[place].finish() }
      let fitted = try Fitted(request.fit, judges)
      var options = ReportOptions()
      (options.bandLevel, options.seed, options.resamples) = (
        request.fit.level, request.fit.seed, request.fit.resamples
      )
      var reports: [CalibrationReport] = []
      for judge in judges { reports.append(try CalibrationReport(judge, options)) }
      return .success(JobReport(json: try fitted.json(reports), html: CalibrationReport.page(reports)))
    } catch {
      return .failure(.failed(error.message))
    }
  }
}

/// What came of a fit: of one judge, or of a cascade.
private enum Fitted {
  case one(JudgeCalibration)
  case cascade(CascadeCalibration)

  init(_ fit: Fit, _ judges: [LabelledJudgments]) throws(CalibrationError) {
    self = judges.count == 1 ? .one(try fit.calibration(judges[0])) : .cascade(try fit.cascade(judges))
  }

  private var content: (json: JSONValue, warnings: [String]) {
    switch self {
    case .one(let calibration): (calibration.json, calibration.warnings)
    case .cascade(let cascade): (cascade.json, cascade.warnings)
    }
  }

  private func digestAndSummary() throws(JSONError) -> (String, [String]) {
    switch self {
    case .one(let calibration): (try calibration.digest(), try calibration.summary())
    case .cascade(let cascade): (try cascade.digest(), try cascade.summary())
    }
  }

  func json(_ reports: [CalibrationReport]) throws(CalibrationError) -> JSONValue {
    do throws(JSONError) {
      let (digest, summary) = try digestAndSummary()
      var object = JSONObject([
        ("digest", .string(digest)), ("summary", .array(summary.map { .string($0) })),
        ("warnings", .array((content.warnings + reports.flatMap(\.warnings)).map { .string($0) })),
        ("calibration", content.json), ("metrics", reports[0].json),
      ])
      if reports.count > 1 { object["then_metrics"] = .array(reports.dropFirst().map(\.json)) }
      return .object(object)
    } catch {
      throw CalibrationError("the calibration cannot be written down: \(error)")
    }
  }
}
