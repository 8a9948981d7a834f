import Configuration
import CupelTesting
import Foundation
import JSON
import Judging
import Synchronization
import Testing
import Wire

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct JobTests {
  private let scratch = EngineScratch()

  /// A judge that answers `count` calls and lets the others wait.
  private static func stopping(after count: Int, _ gate: Gate) -> ScriptedJudge {
    let calls = Mutex(0)
    return JobBench.overconfident { _, answer in
      let number = calls.withLock { calls in
        calls += 1
        return calls
      }
      return number <= count ? answer : .after(gate, answer)
    }
  }

  /// Killed with any number of answers, a job loses none of them, asks for none a second time, and comes to the same.
  @Test(arguments: [0, 1, 7, 119]) func aKilledJobGoesOn(after count: Int) async throws {
    let gate = Gate()
    let judge = Self.stopping(after: count, gate)
    let bench = try JobBench(judge, in: scratch("jobs"))
    let id = try await bench.start(JobBench.request(40))
    await gate.untilWaiting(min(8, 120 - count))
    while try bench.office.jobs.find(id, "calibration").progress.calls < count { await Task.yield() }
    let left = try bench.copy(to: scratch("left"))
    gate.open()
    let whole = try await bench.end(of: id)
    #expect(whole["state"] == "done", "\(whole["reason"] ?? .null)")

    let again = JobBench.overconfident()
    let next = try JobBench(again, in: left)
    let resumed = try await next.end(of: id)
    #expect(resumed["state"] == "done")
    #expect(again.calls.count == 120 - count)
    #expect(resumed["progress"]?["calls"] == 120)
    #expect(resumed["report"] == whole["report"])
    #expect(resumed["created"] == whole["created"])
  }

  /// What is there after the end stays as it is, and is not done again.
  @Test func whatIsDoneSurvives() async throws {
    let request = JobBench.request(40)
    let id: String
    let first: JSONValue
    do {
      let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"))
      id = try await bench.start(request)
      first = try await bench.end(of: id)
      // The end is on the disk before the job says that it is over to a new server.
      while !FileManager.default.fileExists(atPath: scratch("jobs/jobs/\(id)/end.json")) { await Task.yield() }
    }
    let judge = JobBench.overconfident()
    let bench = try JobBench(judge, in: try copied("jobs", to: "copy"))
    #expect(try await bench.ask("GET", "/v1/calibrations/\(id)") == first)
    #expect(judge.calls.isEmpty)
    let second = try await bench.start(request)
    #expect(second != id)
    let list = try #require(try await bench.ask("GET", "/v1/calibrations")["calibrations"]?.array)
    #expect(list.map { $0["id"]?.string } == [second, id])
    #expect(list.allSatisfy { $0["report"] == nil })
  }

  private func copied(_ name: String, to other: String) throws -> String {
    try FileManager.default.copyItem(atPath: scratch(name), toPath: scratch(other))
    return scratch(other)
  }

  /// A server that is told to stop makes no more calls, keeps what comes of those under way, and leaves the job to its next start.
  @Test func aStoppedServerLeavesItsJobsToTheNext() async throws {
    let gate = Gate()
    let judge = Self.stopping(after: 5, gate)
    let bench = try JobBench(judge, in: scratch("jobs"))
    let id = try await bench.start(JobBench.request(40))
    await gate.untilWaiting(8)
    bench.office.jobs.stop()
    gate.open()
    await bench.office.jobs.drain(milliseconds: 60_000)
    #expect(judge.calls.count == 13)
    #expect(try bench.office.jobs.find(id, "calibration").state == .queued)
    let refused = try await bench.ask("POST", "/v1/calibrations", JobBench.request(40))
    #expect(refused["error"]?["code"] == "stopping")
    let again = JobBench.overconfident()
    let next = try JobBench(again, in: try copied("jobs", to: "next"))
    #expect(try await next.end(of: id)["state"] == "done")
    #expect(again.calls.count == 120 - 13)
  }

  /// A judge that does not come back is given up when the time of the server is over.
  @Test func aJobThatHangsDoesNotKeepTheServer() async throws {
    let gate = Gate()
    let bench = try JobBench(Self.stopping(after: 0, gate), in: scratch("jobs"))
    _ = try await bench.start(JobBench.request(40))
    await gate.untilWaiting(8)
    bench.office.jobs.stop()
    await bench.office.jobs.drain(milliseconds: 0)
    #expect(try await bench.ask("GET", "/v1/calibrations")["calibrations"]?.array?.count == 1)
  }

  @Test func anotherJudgeDoesNotGoOnWithIt() async throws {
    let gate = Gate()
    let bench = try JobBench(Self.stopping(after: 5, gate), in: scratch("jobs"))
    let id = try await bench.start(JobBench.request(40))
    await gate.untilWaiting(8)
    let other = JobBench.overconfident("another")
    let next = try JobBench(other, in: try bench.copy(to: scratch("left")))
    let ended = try await next.end(of: id)
    #expect(ended["state"] == "failed" && ended["report"] == nil)
    #expect(ended["reason"] == "the judge or the rubric has changed since the job was asked for; ask for it anew")
    #expect(other.calls.isEmpty)
    gate.open()
    try await bench.end(of: id)
  }

  /// What goes wrong is the job's reason, and there is no report.
  @Test func whatFailsSaysWhy() async throws {
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"))
    func reason(_ request: JSONValue, _ bench: JobBench) async throws -> String? {
      let ended = try await bench.end(of: try await bench.start(request))
      #expect(ended["state"] == "failed" && ended["report"] == nil, "\(ended)")
      return ended["reason"]?.string
    }
    #expect(
      try await reason(JobBench.request(39), bench)
        == "39 labelled items; a fit needs at least 40: half to fit, half to promise")
    let labels = JobBench.request(40, from: 500)["labels"] ?? .null
    #expect(
      try await reason(JobBench.request(40, [("labels", labels)]), bench)?.hasPrefix("none of the 40 labelled ids")
        == true)
    let mute = try JobBench(
      JobBench.overconfident { _, _ in .unscored(.judgeError, "gone") }, in: scratch("mute"))
    let why = try await reason(JobBench.request(40), mute)
    #expect(why?.contains("40 judgments were read, 40 of them unscored") == true, "\(why ?? "")")
    let wrong: JSONValue = ["id": "q1", "status": "perhaps"]
    #expect(
      try await reason(
        JobBench.request(40, [("items", nil), ("rubric", nil), ("judgments", [wrong])]), bench)?
        .contains("'provenance' is missing") == true)
  }

  @Test func theBudgetIsKept() async throws {
    // Every third call is truncated, and asked for once more.
    let judge = JobBench.overconfident { call, answer in
      call.key.attempt == 0 && call.key.sample == 0 ? .reply(JudgeReply(text: "<think>", finish: .length)) : answer
    }
    let bench = try JobBench(judge, in: scratch("jobs"))
    let refused = try await bench.ask("POST", "/v1/calibrations", JobBench.request(40, [("max_calls", 119)]))
    #expect(
      refused["error"]?["message"]
        == "40 items lead to 120 calls to the judge, and the job may make 119 (max_calls)")
    let ended = try await bench.end(of: try await bench.start(JobBench.request(40, [("max_calls", 130)])))
    #expect(ended["state"] == "failed")
    #expect(ended["reason"] == "it has made the 130 calls to judges that it may make (max_calls)")
    #expect(judge.calls.count == 130 && ended["progress"]?["calls"] == 130)
  }

  @Test func thereAreAsManyAsTheSettingsSay() async throws {
    let gate = Gate()
    let bench = try JobBench(Self.stopping(after: 0, gate), in: scratch("jobs")) { settings in
      (settings.jobs.maxRunning, settings.jobs.maxQueued, settings.jobs.maxKept) = (1, 1, 2)
    }
    let first = try await bench.start(JobBench.request(40))
    let second = try await bench.start(JobBench.request(40))
    let third = try await bench.ask("POST", "/v1/calibrations", JobBench.request(40))
    #expect(third["error"]?["code"] == "overloaded")
    #expect(third["error"]?["message"]?.string?.contains("serve.jobs.max_running is 1, max_queued 1") == true)
    // The one that waits is cancelled at once, and makes room.
    #expect(try await bench.ask("DELETE", "/v1/calibrations/\(second)")["state"] == "cancelled")
    let fourth = try await bench.start(JobBench.request(40))
    await gate.untilWaiting(8)
    #expect(try await bench.ask("DELETE", "/v1/calibrations/\(first)")["state"] == "cancelled")
    gate.open()
    #expect(try await bench.end(of: fourth)["state"] == "done")
    // Two that have ended are kept; the oldest goes with the next.
    let fifth = try await bench.end(of: try await bench.start(JobBench.request(40)))
    #expect(fifth["state"] == "done")
    let kept = try await bench.ask("GET", "/v1/calibrations")["calibrations"]?.array?.map { $0["id"] }
    #expect(kept == [fifth["id"], .string(fourth)])
    #expect(FileManager.default.fileExists(atPath: scratch("jobs/jobs/\(first)")) == false)
    // And one that has ended can be forgotten.
    #expect(try await bench.ask("DELETE", "/v1/calibrations/\(fourth)")["state"] == "done")
    #expect(try await bench.ask("GET", "/v1/calibrations/\(fourth)")["error"]?["code"] == "not_found")
  }

  @Test func theDiskIsNotFilled() async throws {
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs")) { $0.jobs.maxBytes = 1 << 16 }
    let ended = try await bench.end(of: try await bench.start(JobBench.request(120)))
    #expect(ended["reason"] == "jobs may take 65536 bytes on the disk (serve.jobs.max_bytes)")
    // It has ended, and makes room for another.
    #expect(try await bench.ask("POST", "/v1/calibrations", JobBench.request(40))["state"] != nil)
    let refused = try await bench.ask("POST", "/v1/calibrations", JobBench.request(900))
    #expect(refused["error"]?["code"] == "overloaded", "\(refused)")
  }

  @Test func aFolderIsForOneServer() throws {
    let bench = try JobBench(JobBench.overconfident(), in: scratch("jobs"))
    #expect(
      throws: JobDirectoryProblem(
        description: "serve.jobs.directory: \(scratch("jobs")): is used by another server; give each its own")
    ) { try JobDirectory(scratch("jobs")) }
    withExtendedLifetime(bench) {}
    scratch.write("file", "text")
    #expect(throws: JobDirectoryProblem.self) { try JobDirectory(scratch("file")) }
    #expect(JobDirectory.problem(with: scratch("file"))?.hasSuffix("is no folder") == true)
    #expect(JobDirectory.problem(with: scratch("new")) == nil)
    #expect(JobDirectory.problem(with: scratch("no/such/place"))?.contains("cannot be made") == true)
  }

  /// A folder whose head was not written yet, one that cannot be read, and files that are none of ours.
  @Test func whatIsLeftOfOthersIsDealtWith() async throws {
    let path = scratch("jobs")
    do { _ = try JobDirectory(path) }
    for (id, name, text) in [
      ("half", "input.json", "{}"), ("odd", "job.json", "{\"cupel_job\": 2}"), ("torn", "job.json", "{\"cupel"),
    ] {
      mkdir(path + "/jobs/\(id)", 0o700)
      scratch.write("jobs/jobs/\(id)/\(name)", text)
    }
    let bench = try JobBench(JobBench.overconfident(), in: path)
    #expect(bench.office.problems.count == 2)
    #expect(bench.office.problems.contains { $0.contains("the layout 2 is not known; accepted: 1") })
    #expect(FileManager.default.fileExists(atPath: path + "/jobs/half") == false)
    #expect(FileManager.default.fileExists(atPath: path + "/jobs/torn/job.json"))
    #expect(try await bench.ask("GET", "/v1/calibrations") == ["calibrations": []])
  }
}
