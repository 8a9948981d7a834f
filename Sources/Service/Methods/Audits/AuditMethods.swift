import Configuration
import JSON

extension Method {
  /// All about audits.
  static func audits(_ office: JobOffice?, _ settings: ServeSettings) -> [Method] {
    let audits = JobMethods(kind: AuditJob(), plural: "audits", schema: .audit, office: office)
    return [
      audits.begin(
        "audit_judge", summary: "Audit a judge, as a job",
        about: """
          Shows the judge items with known verdicts, as they are and attacked, and says how often it breaks. Starts a job, which goes on when the \
          server is started again; `plan` says what it will take and what it leaves out.
          """, takes: AuditRequest.shape(settings),
        example: ["rubric": "helpfulness", "suites": ["noise", "injection"], "max_calls": 2000]
      ) { $0.input },
      audits.list,
      audits.show(
        summary: "Show an audit",
        about: """
          How far the job has got, and when it is done its report: what `cupel audit` writes, whose `ending` says whether all that was planned was \
          done. With `Accept: text/html` the report as a page.
          """),
      audits.delete(
        summary: "Cancel or forget an audit",
        about:
          "A job that waits or is worked on is cancelled; one that has ended is removed, and was told of for the last time."
      ),
    ]
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
        .may("estimate", .object([], isOpen: true), "What that will cost, roughly, where the judge has prices."),
        .must("lines", .list(of: .object([], isOpen: true)), "What each attack takes."),
        .must("skipped", .list(of: .object([], isOpen: true)), "What is left out, and why."), .must("digest", .text),
      ]), report: .object([], isOpen: true))
  }
}
