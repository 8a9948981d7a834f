import Configuration
import JSON
import Rubrics

extension Method {
  /// All about calibrations. Without a folder for jobs they say so.
  static func calibrations(_ office: JobOffice?, _ settings: ServeSettings) -> [Method] {
    [
      calibrate(office, settings), listCalibrations(office), calibration(office), deleteCalibration(office),
      activateCalibration(office), deactivateCalibration(office),
    ].map { method in
      var method = method
      method.isForAdmins = true
      return method
    }
  }

  private static let kind = "calibration"

  private static func calibrate(_ office: JobOffice?, _ settings: ServeSettings) -> Method {
    var method = Method(
      "calibrate", .post, "/v1/calibrations", summary: "Fit a judge to labels, as a job",
      about: """
        Labels, and the judgments that they are held against or the items that are to be judged first. Starts a job, which goes on when the \
        server is started again; what it gives is in force when it is activated, and not before.
        """,
      takes: CalibrationRequest.shape(settings), gives: .calibration
    ) { (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      let job = try office.jobs.submit(CalibrationJob(), request.input, by: caller.name)
      caller.account.note { $0.job = job.id }
      return .whole(office.card(job))
    }
    method.example = [
      "rubric": "helpfulness", "scale": ["min": 1, "max": 10, "step": 1],
      "labels": [["id": "q1", "score": 8]],
      "items": [["id": "q1", "prompt": "What is the capital of Australia?", "response": "Canberra."]],
    ]
    return method
  }

  private static func listCalibrations(_ office: JobOffice?) -> Method {
    Method(
      "calibrations", .get, "/v1/calibrations", summary: "List the calibrations",
      about: "Those that are kept, the newest first, without what came of them.", takes: NothingAsked.shape,
      gives: .object([.must("calibrations", .list(of: .calibration))])
    ) { (_, _) throws(Fault) in
      let office = try JobOffice.require(office)
      return .whole(["calibrations": .array(office.jobs.list(kind).map { office.card($0) })])
    }
  }

  private static func calibration(_ office: JobOffice?) -> Method {
    var method = Method(
      "calibration", .get, "/v1/calibrations/{id}", summary: "Show a calibration",
      about: """
        How far the job has got, and when it is done what came of it: the calibration, what it promises, and all measures with the reliability \
        diagrams. With `Accept: text/html` a page with pictures.
        """, takes: JobRequest.shape, gives: .calibration
    ) { (request, _) throws(Fault) in
      let office = try JobOffice.require(office)
      let job = try office.jobs.find(request.id, kind)
      guard job.state == .done else { return .whole(office.card(job)) }
      let report = try office.jobs.report(of: job)
      return .page(office.card(job, report: report), html: try office.jobs.page(of: job))
    }
    method.hasPage = true
    return method
  }

  private static func deleteCalibration(_ office: JobOffice?) -> Method {
    Method(
      "delete_calibration", .delete, "/v1/calibrations/{id}", summary: "Cancel or forget a calibration",
      about: """
        A job that waits or is worked on is cancelled; one that has ended is removed, and was told of for the last time. One that is in force \
        stays in force.
        """, takes: JobRequest.shape, gives: .calibration
    ) { (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      caller.account.note { $0.job = request.id }
      return .whole(office.card(try office.jobs.delete(try office.jobs.find(request.id, kind))))
    }
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
        started again, goes before those of the configuration, and takes the place of one for the same judgments. Refused where the judge or the \
        rubric is another one by now.
        """, takes: shape, gives: .calibration
    ) { (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      caller.account.note { $0.job = request.id }
      let job = try office.jobs.find(request.id, kind)
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
      let job = try office.jobs.find(request.id, kind)
      _ = try office.deactivate(job, by: caller.name)
      return .whole(office.card(job))
    }
  }
}

extension JobOffice {
  /// Refuses what needs a folder for jobs where there is none.
  static func require(_ office: JobOffice?) throws(Fault) -> JobOffice {
    guard let office else {
      throw Fault(.notUsable, "this server keeps no jobs; name a folder for them with serve.jobs.directory")
    }
    return office
  }

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
      .must("labels", .integer()), .may("judgments", .integer()), .may("judge", .text), .may("model", .text),
      .may("fingerprint", .text), .may("rubric", .text), .may("items", .integer()),
      .may("calls", .integer(), "Calls to the judge that the items lead to."), .may("max_calls", .integer()),
    ])
    let report = Schema.object([
      .must("digest", .text, "Of the calibration; judgments name it."), .must("summary", .list(of: .text)),
      .must("warnings", .list(of: .text), "What makes it doubtful."),
      .must("calibration", .object([], isOpen: true), "What `cupel calibrate fit` writes."),
      .must("metrics", .object([], isOpen: true), "What `cupel calibrate report --format json` writes."),
    ])
    return Job.schema(
      named: "Calibration", plan: plan, report: report,
      .may("active", .list(of: Activation.schema), "Where it is in force; left out where it is not."))
  }
}
