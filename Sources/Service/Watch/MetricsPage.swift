import Configuration
import HTTPServing
import JSON
import Media

/// `GET /metrics`: what was counted, and how much there is of everything at the moment.
struct MetricsPage: Sendable {
  let metrics: Metrics
  let engine: Engine
  let log: RequestLog?
  var office: JobOffice?
  /// Of the server.
  let version: String

  /// All families, always in the same order, those without a sample as well.
  var text: [UInt8] {
    var text = Exposition()
    text.family("cupel_build_info", .gauge, "1, with the version of the server.")
    text.add(1, [("version", version)])
    metrics.write(to: &text)
    write(engine.snapshot(), to: &text)
    text.family("cupel_jobs", .gauge, "Jobs that are kept, by kind and state.")
    for (kind, state, count) in office?.jobs.counts ?? [] {
      text.add(count, [("kind", kind), ("state", state.rawValue)])
    }
    text.family(
      "cupel_audit_ratio", .gauge,
      "What the last audit of a judge found, by metric of its report; without those that are undefined.")
    for (judge, audit) in (office?.jobs.lastSummaries("audit") ?? [:]).sorted(by: { $0.key < $1.key }) {
      for member in audit.summary["metrics"]?.object?.members ?? [] {
        guard let value = member.value["value"]?.double else { continue }
        text.add(value, [("judge", judge), ("metric", member.key)])
      }
    }
    text.family("cupel_jobs_bytes", .gauge, "What jobs take on the disk, of serve.jobs.max_bytes.")
    text.add(office?.jobs.bytes ?? 0)
    write(log?.counts ?? LogWriter.Counts(), to: &text)
    ProcessStatistics.now().write(to: &text)
    return text.bytes
  }

  private func write(_ now: Snapshot, to text: inout Exposition) {
    let settings = engine.generation.settings
    func gauge(_ name: String, _ help: String, _ value: Int) {
      text.family(name, .gauge, help)
      text.add(value)
    }
    gauge("cupel_admitted", "Judgments that room was granted for and that are not answered yet.", now.admitted)
    gauge("cupel_in_flight", "Judgments that are being made.", now.inFlight)
    gauge("cupel_max_in_flight", "The most of them at once (serve.max_in_flight).", settings.maxInFlight)
    gauge("cupel_waiting", "Judgments that wait for their turn.", now.waiting)
    gauge("cupel_max_waiting", "The most of them (serve.max_waiting).", settings.maxWaiting)
    text.family("cupel_judge_in_flight", .gauge, "Calls that a judge has.")
    for judge in now.judges { text.add(judge.inFlight, [("judge", judge.name)]) }
    text.family("cupel_judge_waiting", .gauge, "Calls that wait because their judge has as many as it takes.")
    for judge in now.judges { text.add(judge.waiting, [("judge", judge.name)]) }
    gauge("cupel_cache_entries", "Judgments in the cache.", now.cachedJudgments)
    gauge("cupel_cache_bytes", "What they take, roughly.", now.cacheBytes)
    let uploads = engine.generation.uploads.size
    gauge("cupel_uploads", "Files that clients sent ahead.", uploads.files)
    gauge("cupel_upload_bytes", "What they take in memory.", uploads.bytes)
    gauge(
      "cupel_upload_max_bytes", "What they may take (serve.media.uploads.max_bytes).",
      settings.media.uploads?.maxBytes ?? 0)
    gauge("cupel_cache_max_bytes", "What they may take (serve.cache.max_bytes).", settings.cacheBytes ?? 0)
  }

  private func write(_ counts: LogWriter.Counts, to text: inout Exposition) {
    text.family("cupel_log_lines_total", .counter, "Lines of the request log, by what came of them.")
    text.add(counts.written, [("outcome", "written")])
    text.add(counts.dropped, [("outcome", "dropped")])
    text.family("cupel_log_errors_total", .counter, "Times that the request log could not be written or opened.")
    text.add(counts.errors)
  }

  /// It names judges and training runs, and therefore wants a key where others do.
  var endpoint: Endpoint {
    Endpoint(.get, "/metrics") { (_, _) throws(Fault) in
      Reply(200, headers: [.init("Content-Type", Exposition.contentType)], body: text)
    }
  }
}
