import Foundation
import JSON
import Testing

/// An over-confident judge is held against labels, calibrated, and used: what was promised holds for what it says afterwards.
@Suite(.oneAtATime) struct CalibrateTests {
  private let scratch = Scratch()
  private let made = MadeUpJudge(items: 800, labelled: 500)

  init() {
    mkdir(scratch("rubrics"), 0o755)
    mkdir(scratch("rubrics/made-up"), 0o755)
    scratch.write(
      "rubrics/made-up/rubric.yaml",
      "name: made-up\nversion: 1\ndescription: Is it right?\nscale: {min: 1, max: 5}\nsamples: 5\n")
    scratch.write("replies.jsonl", made.replies)
    scratch.write("labels.jsonl", made.labels)
    scratch.write("items.jsonl", made.items(0..<500))
    scratch.write("live.jsonl", made.items(500..<800))
  }

  private func cupel(_ arguments: String...) -> Program.Finished { Program.run(arguments, in: scratch) }

  private func grade(_ items: String, _ output: String, _ more: String...) -> Program.Finished {
    Program.run(
      [
        "grade", "--rubric", "rubrics/made-up/rubric.yaml", "--judge", "replay=replies.jsonl", items, "-o", output,
        "--overwrite",
      ] + more, in: scratch)
  }

  private func fit(_ more: String...) -> Program.Finished {
    let graded = grade("items.jsonl", "graded.jsonl")
    #expect(graded.status == 0, "\(graded.errors)")
    return Program.run(
      [
        "calibrate", "fit", "labels.jsonl", "graded.jsonl", "--scale", "1:5:1", "--source", "samples", "-o", "c.json",
      ] + more, in: scratch)
  }

  /// Σ n_b / n |rate - confidence| over ten bins of equal width.
  private func calibrationError(_ rows: [(confidence: Double, isRight: Bool)]) -> Double {
    let bins = Dictionary(grouping: rows) { min(9, Int($0.confidence * 10 + 1e-9)) }
    return bins.values.map { bin in
      abs(bin.map { ($0.isRight ? 1 : 0) - $0.confidence }.reduce(0, +))
    }.reduce(0, +) / Double(rows.count)
  }

  @Test func whatWasPromisedHoldsForLiveAnswers() async throws {
    let fitted = fit("--risk", "0.5")
    #expect(fitted.status == 0, "\(fitted.errors)")
    #expect(fitted.output.contains("confidence: samples, by "), "\(fitted.output)")
    let graded = grade("live.jsonl", "live-graded.jsonl", "--calibration", "c.json")
    #expect(graded.status == 0, "\(graded.errors)")

    let served = try await Served(["--config", writeConfiguration()], in: scratch)
    let request: JSONValue = [
      "rubric": "made-up", "items": .array(try scratch.lines("live.jsonl").map(JSONParser.parse)),
    ]
    let answer = try await served.ask("/v1/judge", JSONWriter.compact(request))
    #expect(answer.status == 200, "\(answer.text.prefix(300))")
    let live = try #require(answer.json["judgments"]?.array)
    #expect(live.count == 300)
    let fromFile = try scratch.lines("live-graded.jsonl").map { try JSONParser.parse($0)["calibrated"] }
    #expect(live.map { $0["calibrated"] } == fromFile)

    let rows = try live.map { judgment in
      let id = try #require(judgment["id"]?.string)
      let score = try #require(judgment["scores"]?.array?.first?.double)
      let votes = try #require(judgment["samples"]?.array).compactMap { $0["scores"]?.array?.first?.double }
      let calibrated = try #require(judgment["calibrated"])
      return Row(
        given: Double(votes.count { abs($0 - score) <= 0.5 }) / 5,
        confidence: try #require(calibrated["confidences"]?.array?.first?.double),
        interval: try #require(calibrated["intervals"]?.array?.first?.array).compactMap(\.double),
        abstains: try #require(calibrated["abstain"]?.array?.first?.bool as Bool?),
        isRight: abs(score - (made.human[id] ?? 0)) <= 0.5, human: made.human[id] ?? 0)
    }
    let promise = try #require(try JSONParser.parse(scratch.read("c.json"))["promise"]?["ece"]?["interval"])
    let before = calibrationError(rows.map { ($0.given, $0.isRight) })
    let after = calibrationError(rows.map { ($0.confidence, $0.isRight) })
    #expect(before > 0.2)
    #expect(after <= (try #require(promise["upper"]?.double)), "\(before) to \(after), promised \(promise)")
    // 90 % less four standard errors of both the items of the promise and these.
    let covered = Double(rows.count { $0.interval[0] <= $0.human && $0.human <= $0.interval[1] }) / 300
    #expect(covered > 0.9 - 4 * (0.09 / 250 + 0.09 / 300).squareRoot())
    let decided = rows.filter { !$0.abstains }
    #expect(decided.count > 30 && Double(decided.count { !$0.isRight }) / Double(decided.count) <= 0.5)
    try await driftIsTold(served)
    try await rewardsAreCalibrated(served, live)
    #expect(await served.stop().status == 0)
  }

  /// Answers such as it was fitted to are no drift; the same one over and over is.
  private func driftIsTold(_ served: Served) async throws {
    func metric(_ name: String) async throws -> Double? {
      let lines = try await served.ask("/metrics").text.split(separator: "\n")
      return lines.first { $0.hasPrefix(name + "{rubric=\"made-up\",judge=\"teacher\"") && !$0.contains("confidence") }
        .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
    }
    #expect(try await metric("cupel_calibrated_total") == 300)
    #expect(try #require(await metric("cupel_abstained_total")) > 0)
    #expect(try #require(await metric("cupel_calibration_drift")) < 0.25)
    let best = made.human.keys.sorted().filter { made.score($0) >= 4.5 }.prefix(200)
    for part in 0..<5 {
      let items = best.map { id in #"{"id": "\#(id)", "prompt": "\#(part)", "response": "x"}"# }
      let body = #"{"rubric": "made-up", "items": [\#(items.joined(separator: ","))]}"#
      #expect(try await served.ask("/v1/judge", body).status == 200)
    }
    #expect(try #require(await metric("cupel_calibration_drift")) > 0.25)
  }

  private struct Row {
    let given, confidence: Double
    let interval: [Double]
    let abstains, isRight: Bool
    let human: Double
  }

  /// A reward is the calibrated score of the same response; a judge asked otherwise than it was fitted gives none.
  private func rewardsAreCalibrated(_ served: Served, _ live: [JSONValue]) async throws {
    func ask(_ more: String) async throws -> Served.Answer {
      try await served.ask(
        "/v1/reward",
        #"{"rubric": "made-up", "reward": "calibrated", "groups": [{"id": "g", "prompt": "?", "responses": ["x"]}]\#(more)}"#
      )
    }
    // The recording has no such item: what has no score has no calibrated one either.
    let unknown = try await ask("")
    #expect(unknown.status == 200)
    #expect(unknown.json["groups"]?.array?.first?["rewards"] == [nil])
    let otherwise = try await ask(#", "samples": 3"#)
    #expect(otherwise.status == 422)
    #expect(
      otherwise.json["error"]?["message"]?.string?.contains("that of this rubric was fitted otherwise: sampling is")
        == true,
      "\(otherwise.text)")
    let known = try await served.ask(
      "/v1/reward",
      #"{"rubric": "made-up", "reward": "calibrated", "groups": [{"id": "g500", "prompt": "?", "responses": ["x"]}]}"#)
    let group = try #require(known.json["groups"]?.array?.first)
    let same = live.first { $0["id"] == "g500/0" }
    #expect(group["rewards"] == same?["calibrated"]?["scores"], "\(known.text)")
    #expect(group["intervals"] == same?["calibrated"]?["intervals"])
    #expect(group["abstain"] == same?["calibrated"]?["abstain"])
  }

  private func writeConfiguration() -> String {
    scratch.write(
      "cupel.yaml",
      """
      rubrics: [rubrics]
      judges:
        teacher:
          plugin: replay
          options: {file: replies.jsonl}
          calibrations: [c.json]

      """)
    return scratch("cupel.yaml")
  }

  /// An item of a group is given the group's interval, another one that of all items.
  @Test func intervalsAreOfTheGroup() throws {
    #expect(fit().status == 0)
    let bands = try #require(try JSONParser.parse(scratch.read("c.json"))["bands"])
    let radii = try ["easy", "hard"].map { try #require(bands["groups"]?[$0]?["radius"]?.double) }
    #expect(radii[0] < radii[1])
    let groups: [String?] = ["easy", "hard", "other", nil]
    let lengths = try groups.map { group in
      let field = group.map { #", "group": "\#($0)""# } ?? ""
      scratch.write("one.jsonl", #"{"id": "g500/0", "prompt": "?", "response": "x"\#(field)}"# + "\n")
      let graded = grade("one.jsonl", "one-graded.jsonl", "--calibration", "c.json")
      #expect(graded.status == 0, "\(graded.errors)")
      let judgment = try JSONParser.parse(try #require(scratch.lines("one-graded.jsonl").first))
      let ends = try #require(judgment["calibrated"]?["intervals"]?.array?.first?.array).compactMap(\.double)
      return ends[1] - ends[0]
    }
    #expect(lengths[0] < lengths[1], "\(lengths)")
    #expect(lengths[2] == lengths[3])
  }

  @Test func aCalibrationOfAnotherJudgeIsRefused() throws {
    #expect(fit().status == 0)
    let before = scratch.read("replies.jsonl")
    scratch.write("replies.jsonl", before + MadeUpJudge.reply("new/0", 0, 3))
    let refused = grade("live.jsonl", "out.jsonl", "--calibration", "c.json")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("c.json: the calibration was fitted to other judgments than these: fingerprint is"))
    #expect(grade("live.jsonl", "out.jsonl", "--calibration", "c.json", "--any-calibration").status == 0)
    #expect(grade("live.jsonl", "out.jsonl", "--any-calibration").status == 2)
    let served = cupel("serve", "--listen", "127.0.0.1:0", "--config", writeConfiguration())
    #expect(served.status == 2)
    #expect(served.errors.contains("was fitted to another judge than 'teacher' is now"), "\(served.errors)")
    scratch.write("c.json", "{\"cupel_calibration\": 7}")
    let unknown = grade("live.jsonl", "out.jsonl", "--calibration", "c.json")
    #expect(unknown.status == 2 && unknown.errors.contains("c.json:1:"), "\(unknown.errors)")
  }

  @Test func aReportOfItAll() throws {
    #expect(grade("items.jsonl", "graded.jsonl").status == 0)
    let report = cupel(
      "calibrate", "report", "labels.jsonl", "graded.jsonl", "--scale", "1:5:1", "--resamples", "100", "--html",
      "r.html",
      "--format", "json")
    #expect(report.status == 0, "\(report.errors)")
    let json = try JSONParser.parse(report.output)
    let samples = try #require(json["sources"]?["samples"])
    let bins = try #require(samples["reliability"]?.array)
    #expect(bins.compactMap { $0["count"]?.int }.reduce(0, +) == 500)
    let before = try #require(samples["measures"]?["ece"]?["value"]?.double)
    let after = try #require(samples["recalibrated"]?["measures"]?["ece"]?["value"]?.double)
    #expect(before > 0.2 && after < before / 3)
    // Some were called certain and are wrong: the loss is infinite, and no number stands for it.
    #expect(samples["measures"]?["log_loss"]?["value"]?.isNull == true)
    #expect(samples["measures"]?["log_loss"]?["reason"]?.string?.hasSuffix("so the loss is infinite") == true)
    #expect(json["coverage"]?["one_radius"]?.array?.count == 3)
    let page = scratch.read("r.html")
    for piece in ["<svg", "prefers-color-scheme: dark", "Risk and coverage", "Coverage by group", "In numbers"] {
      #expect(page.contains(piece))
    }
    for piece in ["<script", "http://", "https://", "<link", "nan", "inf,"] {
      #expect(!page.contains(piece), "\(piece)")
    }
    let again = cupel("calibrate", "report", "labels.jsonl", "graded.jsonl", "--html", "r.html")
    #expect(again.status == 2 && again.errors.contains("r.html: exists already"))
  }

  @Test func aPassRateFromFewLabels() throws {
    let all = grade("live.jsonl", "graded.jsonl")
    #expect(all.status == 0)
    scratch.write("pass.jsonl", made.passes(500..<600))
    let finished = cupel("calibrate", "estimate", "pass.jsonl", "graded.jsonl", "--pass-at", "3.5", "--format", "json")
    #expect(finished.status == 0, "\(finished.errors)")
    let json = try JSONParser.parse(finished.output)
    let truth = Double((500..<800).count { (made.human["g\($0)/0"] ?? 0) >= 4 }) / 300
    for name in ["rogan_gladen", "ppi", "ppi_plus_plus"] {
      let interval = try #require(json[name]?["interval"])
      let (lower, upper) = (try #require(interval["lower"]?.double), try #require(interval["upper"]?.double))
      #expect(lower <= truth && truth <= upper, "\(name): \(interval), not \(truth)")
    }
    #expect(json["labelled"] == 100 && json["unlabelled"] == 200)
    let blind = cupel("calibrate", "estimate", "pass.jsonl", "graded.jsonl", "--pass-at", "0")
    #expect(blind.status == 2 && blind.errors.contains("the judge's verdicts carry no information"), "\(blind.errors)")
  }

  @Test(arguments: [
    (#"{"id": "a"}"#, "labels.jsonl:1: no label; one of 'score', 'pass' and 'winner' is needed"),
    (#"{"id": "a", "score": 9}"#, "labels.jsonl:1: score: 9.0 is off the scale; accepted: 1.0 to 5.0"),
    (#"{"id": "a", "score": NaN}"#, "labels.jsonl:1:"),
    ("", "labels.jsonl: there are no labels"), ("\n\n", "labels.jsonl: there are no labels"),
    (#"{"id": "zzz", "score": 3}"#, "none of the 1 labelled ids, such as 'zzz', has a judgment with a score"),
    (#"{"id": "g0/0", "pass": true}"#, "name the least score of the judge that passes with --pass-at"),
    (#"{"id": "g0/0", "winner": 0}"#, "graded.jsonl:1: has no 'winner'"),
  ]) func labelsThatCannotBeUsed(labels: String, message: String) {
    scratch.write("labels.jsonl", labels + "\n")
    scratch.write("one.jsonl", made.items(0..<3))
    #expect(grade("one.jsonl", "graded.jsonl").status == 0)
    let finished = cupel("calibrate", "report", "labels.jsonl", "graded.jsonl", "--scale", "1:5:1")
    #expect(finished.status == 2)
    #expect(finished.errors.contains(message), "\(finished.errors)")
    #expect(finished.output.isEmpty)
  }
}

/// A judge that is too generous, and whose samples agree more often than they are right; and people who know better.
private struct MadeUpJudge {
  /// By id.
  private(set) var human: [String: Double] = [:]
  private var scores: [String: Double] = [:]
  private(set) var replies = ""
  private(set) var labels = ""
  private var state: UInt64 = 42

  static func reply(_ id: String, _ sample: Int, _ score: Int) -> String {
    #"{"key": {"item": "\#(id)", "response": 0, "order": [0], "sample": \#(sample)}, "text": "<answer>\#(score)</answer>"}"#
      + "\n"
  }

  private mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }

  init(items: Int, labelled: Int) {
    for item in 0..<items {
      let id = "g\(item)/0"
      let truth = 1 + Int(uniform() * 5)
      let isHard = uniform() < 0.5
      let noise = (uniform() + uniform() + uniform() - 1.5) * (isHard ? 4 : 1)
      let seen = min(5, max(1, Int((Double(truth) + 0.4 + noise).rounded())))
      human[id] = Double(truth)
      scores[id] = Double(seen)
      for sample in 0..<5 {
        let strays = uniform() > (isHard ? 0.8 : 0.97)
        replies += Self.reply(id, sample, strays ? (seen == 5 ? 4 : seen + 1) : seen)
      }
      guard item < labelled else { continue }
      labels += #"{"id": "\#(id)", "score": \#(truth), "group": "\#(isHard ? "hard" : "easy")"}"# + "\n"
    }
  }

  /// The judge's.
  func score(_ id: String) -> Double { scores[id] ?? 0 }

  func items(_ range: Range<Int>) -> String {
    range.map { #"{"id": "g\#($0)/0", "prompt": "?", "response": "x"}"# + "\n" }.joined()
  }

  func passes(_ range: Range<Int>) -> String {
    range.map { #"{"id": "g\#($0)/0", "pass": \#((human["g\($0)/0"] ?? 0) >= 4)}"# + "\n" }.joined()
  }
}
