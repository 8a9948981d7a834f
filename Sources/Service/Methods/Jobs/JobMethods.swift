import JSON

/// What can be asked about jobs of one kind: to begin one, to list them, to show one, to cancel or forget it. Without a folder for jobs
/// each says so. All want a key of an administrator.
struct JobMethods: Sendable {
  /// `audit`: the kind, and the name of what shows one.
  let kind: any JobKind
  /// `audits`: the name of their list, and of the path `/v1/audits`.
  let plural: String
  /// What one looks like.
  let schema: Schema
  let office: JobOffice?
  /// One as it is shown, with its report where that is asked for.
  var card: @Sendable (JobOffice, Job, JSONValue?) -> JSONValue = { _, job, report in
    guard let report, var object = job.json.object else { return job.json }
    object["report"] = report
    return .object(object)
  }

  private var path: String { "/v1/\(plural)" }

  /// Begins one. `input` is the request as it came: what the job is done from.
  func begin<Request>(
    _ name: String, summary: String, about: String, takes shape: Shape<Request>, example: JSONValue,
    input: @escaping @Sendable (Request) -> JSONValue
  ) -> Method {
    var method = Method(name, .post, path, summary: summary, about: about, takes: shape, gives: schema) {
      (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      let job = try office.jobs.submit(kind, input(request), by: caller.name)
      caller.account.note { $0.job = job.id }
      return .whole(card(office, job, nil))
    }
    method.isForAdmins = true
    method.example = example
    return method
  }

  /// Lists those that are kept.
  var list: Method {
    var method = Method(
      plural, .get, path, summary: "List the \(plural)",
      about: "Those that are kept, the newest first, without what came of them.", takes: NothingAsked.shape,
      gives: .object([.must(plural, .list(of: schema))])
    ) { (_, _) throws(Fault) in
      let office = try JobOffice.require(office)
      let cards = office.jobs.list(kind.name).map { card(office, $0, nil) }
      return .whole(.object(JSONObject([(plural, .array(cards))])))
    }
    method.isForAdmins = true
    return method
  }

  /// Shows one, with its report as JSON or as a page.
  func show(summary: String, about: String) -> Method {
    var method = Method(
      kind.name, .get, "\(path)/{id}", summary: summary, about: about, takes: JobRequest.shape, gives: schema
    ) { (request, _) throws(Fault) in
      let office = try JobOffice.require(office)
      let job = try office.jobs.find(request.id, kind.name)
      guard job.state == .done else { return .whole(card(office, job, nil)) }
      let report = try office.jobs.report(of: job)
      return .page(card(office, job, report), html: try office.jobs.page(of: job))
    }
    method.isForAdmins = true
    method.hasPage = true
    return method
  }

  /// Cancels one that has not ended, and forgets one that has.
  func delete(summary: String, about: String) -> Method {
    var method = Method(
      "delete_\(kind.name)", .delete, "\(path)/{id}", summary: summary, about: about, takes: JobRequest.shape,
      gives: schema
    ) { (request, caller) throws(Fault) in
      let office = try JobOffice.require(office)
      caller.account.note { $0.job = request.id }
      return .whole(card(office, try office.jobs.delete(try office.jobs.find(request.id, kind.name)), nil))
    }
    method.isForAdmins = true
    return method
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
}
