import JSON

/// What is kept of one job, in a folder of its own.
///
/// ```
/// input.json     what was asked for
/// job.json       its head: without it the folder is nothing
/// ledger.jsonl   what judges answered (JobLedger), until the end
/// report.json    what came of it, and report.html
/// end.json       how it ended: without it the job goes on
/// ```
struct JobFolder: Sendable {
  /// Of the layout.
  static let version = 1
  private static let head = "job.json"

  let path: String

  var ledger: String { path + "/ledger.jsonl" }
  /// What the files take.
  var bytes: Int { JobFile.size(path) }

  /// Writes a new job: its head at last.
  func create(_ job: Job, input: [UInt8]) throws(JobFileProblem) {
    try JobFile.makeFolder(path)
    try JobFile.write(input, to: path + "/input.json")
    try write(
      [
        "cupel_job": .int(Int64(Self.version)), "id": .string(job.id), "kind": .string(job.kind),
        "number": .int(Int64(job.number)), "by": .string(job.by), "created": .string(job.created),
        "plan": job.plan.json, "max_calls": .int(Int64(job.plan.maxCalls)), "identity": job.plan.identity,
      ], to: Self.head)
  }

  /// Writes what came of a job before its end.
  func write(_ report: JobReport) throws(JobFileProblem) {
    try write(report.json, to: "report.json")
    try JobFile.write(Array(report.html.utf8), to: path + "/report.html")
  }

  /// Writes the end of a job, at last; what judges answered is needed no more then.
  func writeEnd(_ job: Job) throws(JobFileProblem) {
    var end = JSONObject([("state", .string(job.state.rawValue))])
    end["started"] = job.started.map { .string($0) }
    end["ended"] = job.ended.map { .string($0) }
    end["reason"] = job.reason.map { .string($0) }
    end["done"] = .int(Int64(job.progress.done))
    end["total"] = .int(Int64(job.progress.total))
    end["calls"] = .int(Int64(job.progress.calls))
    end["summary"] = job.summary
    try write(.object(end), to: "end.json")
    JobFile.remove(ledger)
  }

  /// The job; nil where the folder is what is left of one that was never told of, or of one that was being removed.
  func read() throws(JobFileProblem) -> Job? {
    guard let head = try read(Self.head) else { return nil }
    do throws(JSONError) {
      let version = try head.require("cupel_job")
      guard try version.int() == Self.version else {
        throw version.error("the layout \(try version.int()) is not known; accepted: \(Self.version)")
      }
      var job = Job(
        id: try head.require("id").string(), kind: try head.require("kind").string(),
        number: try head.require("number").int(), by: try head.require("by").string(),
        created: try head.require("created").string(),
        plan: JobPlan(
          json: try head.require("plan").value, maxCalls: try head.require("max_calls").int(),
          identity: try head.require("identity").value))
      job.bytes = bytes
      try readEnd(of: &job)
      return job
    } catch {
      throw JobFileProblem(message: "\(Self.head): \(error)")
    }
  }

  private func readEnd(of job: inout Job) throws(JSONError) {
    let end: JSONReader?
    do throws(JobFileProblem) { end = try read("end.json") } catch { throw JSONError(error.message, path: "") }
    guard let end else { return }
    job.state = try end.require("state").choice()
    job.started = try end["started"]?.string()
    job.ended = try end["ended"]?.string()
    job.reason = try end["reason"]?.string()
    job.summary = end["summary"]?.value
    job.progress = Job.Progress(
      done: try end.require("done").int(), total: try end.require("total").int(),
      calls: try end.require("calls").int())
  }

  /// What was asked for.
  func input() throws(JobFileProblem) -> JSONValue { try require("input.json").value }

  /// What came of a job that is done.
  func report() throws(JobFileProblem) -> JSONValue { try require("report.json").value }

  /// The same as a page.
  func page() throws(JobFileProblem) -> String {
    guard let bytes = try JobFile.read(path + "/report.html") else {
      throw JobFileProblem(message: "report.html is not there")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func remove() { JobFile.removeFolder(path, first: Self.head) }

  private func require(_ name: String) throws(JobFileProblem) -> JSONReader {
    guard let reader = try read(name) else { throw JobFileProblem(message: "\(name) is not there") }
    return reader
  }

  private func read(_ name: String) throws(JobFileProblem) -> JSONReader? {
    guard let bytes = try JobFile.read("\(path)/\(name)") else { return nil }
    do throws(JSONError) { return JSONReader(try JSONParser.parse(bytes)) } catch {
      throw JobFileProblem(message: "\(name): \(error)")
    }
  }

  private func write(_ value: JSONValue, to name: String) throws(JobFileProblem) {
    let bytes: [UInt8]
    do throws(JSONError) { bytes = try JSONWriter.bytes(value) } catch {
      throw JobFileProblem(message: "\(name): \(error)")
    }
    try JobFile.write(bytes, to: "\(path)/\(name)")
  }
}
