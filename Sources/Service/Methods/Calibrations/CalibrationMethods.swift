import Configuration
import JSON
import Rubrics

extension Method {
  private static var calibrationKind: String { CalibrationJob().name }

  /// All about calibrations.
  static func calibrations(_ office: JobOffice?, _ settings: ServeSettings) -> [Method] {
    let calibrations = JobMethods(
      kind: CalibrationJob(), plural: "calibrations", schema: .calibration, office: office,
      card: { $0.card($1, report: $2) })
    let jobs = [
      calibrations.begin(
        "calibrate", summary: "Fit a judge to labels, as a job",
        about: """
          Labels, and the judgments that they are held against or the items that are to be judged first. Starts a job, which goes on when the \
          server is started again; what it gives is in force when it is activated, and not before.
          """, takes: CalibrationRequest.shape(settings),
        example: [
          "rubric": "helpfulness", "scale": ["min": 1, "max": 10, "step": 1],
          "labels": [["id": "q1", "score": 8]],
          "items": [["id": "q1", "prompt": "What is the capital of Australia?", "response": "Canberra."]],
        ]
      ) { $0.input },
      calibrations.list,
      calibrations.show(
        summary: "Show a calibration",
        about: """
          How far the job has got, and when it is done what came of it: the calibration, what it promises, and all measures with the reliability \
          diagrams. With `Accept: text/html` a page with pictures.
          """),
      calibrations.delete(
        summary: "Cancel or forget a calibration",
        about: """
          A job that waits or is worked on is cancelled; one that has ended is removed, and was told of for the last time. One that is in force \
          stays in force.
          """),
    ]
    let others = [activateCalibration(office), deactivateCalibration(office)].map { method in
      var method = method
      method.isForAdmins = true
      return method
    }
    return jobs + others
  }

  private static func activateCalibration(_ office: JobOffice?) -> Method {
    let shape = Shape<JobRequest>.object(
      JobRequest(),
      [
        JobRequest.id,
        .may(
          "judge", \.judge, .text(length: 1...200),
          "Whose judgments it is applied to, a name of `GET /v1/judges`. Left out: the one with the fingerprint that it was fitted to."
        ),
        .may(
          "force", \.isForced, Shape(.flag) { (reader) throws(JSONError) in try reader.bool() },
          "true: although the judge's fingerprint, or the digest of the rubric, is another one by now."),
      ])
    return Method(
      "activate_calibration", .post, "/v1/calibrations/{id}/activate", summary: "Put a calibration in force",
      about: """
        What is asked for from now on is calibrated by it; requests under way finish as they began. It stays in force when the server is \
        started again, goes before those of the configuration, and takes the place of one for the same judgments. Refused where a judge or the \
        rubric is another one by now, where `then` of the judge names fewer judges than a cascade has, and where a route of a training loop could not be \
        answered any more.
        """, takes: shape, gives: .calibration
    ) { (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      caller.account.note { $0.job = request.id }
      let job = try office.jobs.find(request.id, calibrationKind)
      _ = try office.activate(job, judge: request.judge, isForced: request.isForced ?? false, by: caller.name)
      return .whole(office.card(job))
    }
  }

  private static func deactivateCalibration(_ office: JobOffice?) -> Method {
    Method(
      "deactivate_calibration", .post, "/v1/calibrations/{id}/deactivate", summary: "Take a calibration out of force",
      about: "What is asked for from now on is calibrated by one of the configuration, where one fits, or not at all.",
      takes: JobRequest.shape, gives: .calibration
    ) { (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      caller.account.note { $0.job = request.id }
      let job = try office.jobs.find(request.id, calibrationKind)
      _ = try office.deactivate(job, by: caller.name)
      return .whole(office.card(job))
    }
  }
}

extension JobOffice {
  /// The job as it is shown, and where it is in force.
  fileprivate func card(_ job: Job, report: JSONValue? = nil) -> JSONValue {
    var object = job.json.object ?? JSONObject()
    let active = activations.all.filter { $0.id == job.id }
    if !active.isEmpty { object["active"] = .array(active.map(\.json)) }
    object["report"] = report
    return .object(object)
  }
}

extension Schema {
  fileprivate static var calibration: Schema {
    let plan = Schema.object([
      .must("labels", .integer()), .may("judgments", .integer()), .may("judge", .text),
      .may("then", .list(of: .text), "The other judges of a cascade."), .may("model", .text),
      .may("fingerprint", .text), .may("rubric", .text), .may("items", .integer()),
      .may("calls", .integer(), "Calls to the judge that the items lead to."), .may("max_calls", .integer()),
    ])
    let report = Schema.object([
      .must("digest", .text, "Of the calibration; judgments name it, or that of their judge's part of a cascade."),
      .must("summary", .list(of: .text)),
      .must("warnings", .list(of: .text), "What makes it doubtful."),
      .must("calibration", .object([], isOpen: true), "What `cupel calibrate fit` writes."),
      .must("metrics", .object([], isOpen: true), "What `cupel calibrate report --format json` writes."),
      .may(
        "then_metrics", .list(of: .object([], isOpen: true)), "The same for each of the other judges of a cascade."),
    ])
    return Job.schema(
      named: "Calibration", plan: plan, report: report,
      .may("active", .list(of: Activation.schema), "Where it is in force; left out where it is not."))
  }
}
