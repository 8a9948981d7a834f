import Configuration
import JSON

extension Method {
  /// All about audits. Without a folder for jobs they say so.
  static func audits(_ office: JobOffice?, _ settings: ServeSettings) -> [Method] {
    [beginAudit(office, settings), listAudits(office), audit(office), deleteAudit(office)].map { method in
      var method = method
      method.isForAdmins = true
      return method
    }
  }

  private static let kind = "audit"

  private static func beginAudit(_ office: JobOffice?, _ settings: ServeSettings) -> Method {
    var method = Method(
      "audit_judge", .post, "/v1/audits", summary: "Audit a judge, as a job",
      about: """
        Shows the judge items with known verdicts, as they are and attacked, and says how often it breaks. Starts a job, which goes on when the \
        server is started again; `plan` says what it will take and what it leaves out.
        """,
      takes: AuditRequest.shape(settings), gives: .audit
    ) { (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      let job = try office.jobs.submit(AuditJob(), request.input, by: caller.name)
      caller.account.note { $0.job = job.id }
      return .whole(job.json)
    }
    method.example = ["rubric": "helpfulness", "suites": ["noise", "injection"], "max_calls": 2000]
    return method
  }

  private static func listAudits(_ office: JobOffice?) -> Method {
    Method(
      "audits", .get, "/v1/audits", summary: "List the audits",
      about: "Those that are kept, the newest first, without what came of them.", takes: NothingAsked.shape,
      gives: .object([.must("audits", .list(of: .audit))])
    ) { (_, _) throws(Fault) in
      let office = try JobOffice.require(office)
      return .whole(["audits": .array(office.jobs.list(kind).map(\.json))])
    }
  }

  private static func audit(_ office: JobOffice?) -> Method {
    var method = Method(
      "audit", .get, "/v1/audits/{id}", summary: "Show an audit",
      about: """
        How far the job has got, and when it is done its report: what `cupel audit` writes, whose `ending` says whether all that was planned was \
        done. With `Accept: text/html` the report as a page.
        """, takes: JobRequest.shape, gives: .audit
    ) { (request, _) throws(Fault) in
      let office = try JobOffice.require(office)
      let job = try office.jobs.find(request.id, kind)
      guard job.state == .done, var object = job.json.object else { return .whole(job.json) }
      object["report"] = try office.jobs.report(of: job)
      return .page(.object(object), html: try office.jobs.page(of: job))
    }
    method.hasPage = true
    return method
  }

  private static func deleteAudit(_ office: JobOffice?) -> Method {
    Method(
      "delete_audit", .delete, "/v1/audits/{id}", summary: "Cancel or forget an audit",
      about:
        "A job that waits or is worked on is cancelled; one that has ended is removed, and was told of for the last time.",
      takes: JobRequest.shape, gives: .audit
    ) { (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      caller.account.note { $0.job = request.id }
      return .whole(try office.jobs.delete(try office.jobs.find(request.id, kind)).json)
    }
  }
}

extension Schema {
  fileprivate static var audit: Schema {
    Job.schema(
      named: "Audit",
      plan: .object([
        .must("judge", .text), .may("model", .text), .must("fingerprint", .text), .must("rubric", .text),
        .must("items", .object([.must("given", .integer()), .must("taken", .integer())])),
        .must("calls", .integer(), "Calls to the judge that the items lead to."), .must("judgments", .integer()),
        .must("budget", Schema.integer().orNull),
        .must("lines", .list(of: .object([], isOpen: true)), "What each attack takes."),
        .must("skipped", .list(of: .object([], isOpen: true)), "What is left out, and why."), .must("digest", .text),
      ]), report: .object([], isOpen: true))
  }
}
