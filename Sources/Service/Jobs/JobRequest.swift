/// A request about one job.
struct JobRequest: Sendable {
  var id = ""
  var judge: String?
  var isForced: Bool?

  static let id = Field<JobRequest>.must("id", \.id, .text(length: 1...64), "Of the job.")
  static let shape = Shape<JobRequest>.object(JobRequest(), [id])
}
