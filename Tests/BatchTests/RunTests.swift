import Glibc
import JSON
import Synchronization
import Testing
import Wire

@testable import Batch

/// The engine: input order, bounded work ahead, and an output of whole lines whatever happens.
@Suite struct RunTests {
  let scratch = Scratch()

  static func judgment(_ id: String, _ score: Double?, reason: UnscoredReason = .unparsed) -> Judgment {
    var judgment = Judgment(
      id: id, format: .pointwise,
      provenance: Provenance(
        judge: nil, model: nil, fingerprint: nil, rubric: "r@sha256:0", style: "s@1", parser: "p@1", checks: nil,
        sampling: [:], seed: 0))
    judgment.scores = [score]
    if score == nil { judgment.unscored = [.init(response: nil, Unscored(reason, "no"))] }
    return judgment
  }

  static let refuse: BatchRun.RefuseRecord = { id, why in judgment(id, nil, reason: why.reason) }

  func data(_ count: Int) -> String {
    scratch.write("d.jsonl", (0..<count).map { "{\"id\":\"i\($0)\",\"response\":\"\($0)\"}\n" }.joined())
  }

  func ids(_ name: String) throws -> [String] {
    try scratch.lines(name).map { try #require(try JSONParser.parse($0)["id"]?.string) }
  }

  func output(_ name: String) throws -> BatchOutput {
    BatchOutput(judgments: try LineWriter(path: scratch(name), existing: .overwrite))
  }

  @Test(arguments: [1, 2, 7]) func writesInInputOrder(concurrency: Int) async throws {
    let run = BatchRun(inputs: [try BatchInput(data(500))], concurrency: concurrency) { item in
      // Later items finish first where there is a choice.
      for _ in 0..<(item.id.utf8.reduce(0) { $0 + Int($1) } % 5) { await Task.yield() }
      return Self.judgment(item.id, Double(item.id.dropFirst()))
    } refuse: {
      Self.refuse($0, $1)
    }
    var fraction: Double?
    let outcome = await run.run(to: try output("out.jsonl")) { fraction = $0.fraction }
    #expect(outcome.ending == .completed)
    #expect(try ids("out.jsonl") == (0..<500).map { "i\($0)" })
    #expect(outcome.summary.score.mean == 249.5)
    #expect(fraction == 1)
  }

  @Test func aSlowItemHoldsTheOthersOnlyWithinTheWindow() async throws {
    let gate = Gate()
    let judged = Atomic<Int>(0)
    let run = BatchRun(inputs: [try BatchInput(data(1000))], concurrency: 4) { item in
      // The window is 64 wide: the 63 after the first can finish, and only they.
      if item.id == "i0" { await gate.wait() } else if judged.add(1, ordering: .relaxed).newValue == 63 { gate.open() }
      return Self.judgment(item.id, 1)
    } refuse: {
      Self.refuse($0, $1)
    }
    let outcome = await run.run(to: try output("out.jsonl")) { _ in }
    #expect(outcome.summary.items == 1000)
    #expect(try ids("out.jsonl").first == "i0")
  }

  @Test func cancellingKeepsWhatIsFinishedAndDropsTheRest() async throws {
    let input = try BatchInput(data(1000))
    let path = scratch("out.jsonl")
    let started = Gate()
    let task = Task {
      let run = BatchRun(inputs: [input], concurrency: 2) { item in
        guard item.id == "i10" else { return Self.judgment(item.id, 1) }
        started.open()
        await Gate().wait()
        return Self.judgment(item.id, nil, reason: .cancelled)
      } refuse: {
        Self.refuse($0, $1)
      }
      let output = BatchOutput(judgments: try LineWriter(path: path, existing: .overwrite))
      return await run.run(to: output) { _ in }
    }
    await started.wait()
    task.cancel()
    let outcome = try await task.value
    #expect(outcome.ending == .interrupted(abandoned: 1))
    let ids = try ids("out.jsonl")
    #expect(ids.starts(with: (0..<10).map { "i\($0)" }))
    #expect(!ids.contains("i10"))
    #expect(ids.count == outcome.summary.items)
  }

  @Test func cancellingEndsARunThatWaitsForItsInput() async throws {
    mkfifo(scratch("pipe"), 0o600)
    let keeper = open(scratch("pipe"), O_RDWR)
    defer { close(keeper) }
    let line = Array("{\"id\":\"a\",\"response\":\"1\"}\n".utf8)
    #expect(write(keeper, line, line.count) == line.count)
    let input = try BatchInput(scratch("pipe"))
    let path = scratch("out.jsonl")
    let judged = Gate()
    let task = Task {
      let run = BatchRun(inputs: [input], concurrency: 2) {
        Self.judgment($0.id, 1)
      } refuse: {
        Self.refuse($0, $1)
      }
      let output = BatchOutput(judgments: try LineWriter(path: path, existing: .overwrite))
      return await run.run(to: output) { if $0.summary.items == 1 { judged.open() } }
    }
    await judged.wait()
    #expect(try ids("out.jsonl") == ["a"])
    task.cancel()
    #expect(try await task.value.ending == .interrupted(abandoned: 0))
  }

  @Test func aFullDiskIsReportedAndStopsTheRun() async throws {
    let run = BatchRun(inputs: [try BatchInput(data(5000))], concurrency: 2) {
      Self.judgment($0.id, 1)
    } refuse: {
      Self.refuse($0, $1)
    }
    let full = BatchOutput(judgments: try LineWriter(path: "/dev/full", existing: .overwrite))
    let outcome = await run.run(to: full) { _ in }
    #expect(outcome.ending == .outputFailed(FileError("write", "/dev/full", code: ENOSPC), written: 0))
    #expect(outcome.summary.items < 5000)
  }

  @Test func whatJSONCannotExpressIsUnscored() async throws {
    let run = BatchRun(inputs: [try BatchInput(data(2))], concurrency: 1) {
      Self.judgment($0.id, .nan)
    } refuse: {
      Self.refuse($0, $1)
    }
    let outcome = await run.run(to: try output("out.jsonl")) { _ in }
    #expect(outcome.summary.reasons == [.judgeError: 2])
    #expect(try ids("out.jsonl") == ["i0", "i1"])
  }
}

/// Opens once; whoever waits goes on, also when the waiting task is cancelled.
final class Gate: Sendable {
  private let state = Mutex<(open: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func open() {
    let waiting = state.withLock { state in
      state.open = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state in
          if !state.open { state.waiting.append(continuation) }
          return state.open
        }
        if isOpen { continuation.resume() }
      }
    } onCancel: {
      open()
    }
  }
}
