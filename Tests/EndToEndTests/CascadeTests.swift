import Foundation
import JSON
import Testing

/// A cheap judge that hands what it is unsure of to a strong one: fitted, used on files and served, with the same judgments.
@Suite(.oneAtATime) struct CascadeTests {
  private let scratch = Scratch()
  private let examples = Program.repository + "/Examples/calibration/"

  init() {
    mkdir(scratch("rubrics"), 0o755)
    mkdir(scratch("rubrics/answer-worth"), 0o755)
    scratch.write("rubrics/answer-worth/rubric.yaml", Scratch.content(of: examples + "rubric.yaml"))
  }

  private func cupel(_ arguments: [String]) -> Program.Finished { Program.run(arguments, in: scratch) }

  private func grade(_ replies: String, _ output: String, _ more: String...) -> Program.Finished {
    cupel(
      [
        "grade", "--rubric", examples + "rubric.yaml", "--judge", "replay=\(examples)\(replies).jsonl",
        examples + "items.jsonl",
        "-o", output, "--overwrite", "--quiet",
      ] + more)
  }

  /// 0 where it was fitted.
  private func fit(_ more: String...) -> Program.Finished {
    #expect(grade("replies", "cheap.jsonl").status == 0)
    #expect(grade("expert", "strong.jsonl").status == 0)
    return cupel(
      [
        "calibrate", "fit", examples + "labels.jsonl", "cheap.jsonl", "--then", "strong.jsonl", "--scale", "1:5:1",
        "-o",
        "cascade.json",
      ] + more)
  }

  private func lines(of example: String) -> [String] {
    Scratch.content(of: examples + example).split(separator: "\n").map(String.init)
  }

  private func strong() -> String { "replay=\(examples)expert.jsonl" }

  @Test func filesAndTheServerHandOnAlike() async throws {
    let fitted = fit("--risk", "0.45")
    #expect(fitted.status == 0, "\(fitted.errors)")
    let graded = grade("replies", "out.jsonl", "--calibration", "cascade.json", "--then", strong())
    #expect(graded.status == 0, "\(graded.errors)")
    let judgments = try scratch.lines("out.jsonl").map(JSONParser.parse)
    let alone = try scratch.lines("cheap.jsonl").map(JSONParser.parse)
    var handedOn = 0
    for (judgment, cheap) in zip(judgments, alone) {
      guard let earlier = judgment["earlier"]?.array else {
        #expect(judgment["scores"] == cheap["scores"])
        #expect(judgment["calibrated"]?["abstain"] == [false])
        continue
      }
      handedOn += 1
      #expect(earlier.count == 1)
      #expect(earlier[0]["scores"] == cheap["scores"] && earlier[0]["samples"] == cheap["samples"])
      #expect(earlier[0]["calibrated"]?["abstain"] == [true])
      #expect(judgment["provenance"]?["fingerprint"] != earlier[0]["provenance"]?["fingerprint"])
    }
    #expect(handedOn > 30 && handedOn < 200, "\(handedOn) of \(judgments.count)")
    try checkSummary(judgments, handedOn)

    scratch.write("cupel.yaml", configuration(then: "[professor]"))
    let served = try await Served(["--config", scratch("cupel.yaml")], in: scratch)
    let items = try lines(of: "items.jsonl").map(JSONParser.parse)
    let answer = try await served.ask(
      "/v1/judge",
      JSONWriter.compact(["rubric": "answer-worth", "judge": "teacher", "items": .array(items)]))
    #expect(answer.status == 200, "\(answer.text.prefix(300))")
    let live = try #require(answer.json["judgments"]?.array)
    #expect(live.map { $0["calibrated"] } == judgments.map { $0["calibrated"] })
    #expect(live.map { $0["earlier"]?.array?.count } == judgments.map { $0["earlier"]?.array?.count })

    // Scores of two judges are no rewards.
    let group: JSONValue = ["id": "g", "prompt": "Why?", "responses": ["Because.", "I do not know."]]
    let reward = try await served.ask(
      "/v1/reward", JSONWriter.compact(["rubric": "answer-worth", "judge": "teacher", "groups": [group]]))
    #expect(reward.status == 422 && reward.text.contains("is unsure of is scored by 'professor'"), "\(reward.text)")

    let judges = try #require(try await served.ask("/v1/judges").json["judges"]?.array)
    #expect(judges.first { $0["name"] == "teacher" }?["then"] == ["professor"])

    // What each judge did is counted as its own: the second is asked three times for each item that reaches it.
    let metrics = try await served.ask("/metrics").text
    let labels = "{rubric=\"answer-worth\",judge="
    #expect(metrics.contains("cupel_judge_calls_total\(labels)\"teacher\"} 900\n"), "\(metrics)")
    #expect(metrics.contains("cupel_judge_calls_total\(labels)\"professor\"} \(3 * handedOn)\n"))
    #expect(metrics.contains("cupel_calibrated_total\(labels)\"professor\"} \(handedOn)\n"))
    #expect(await served.stop().status == 0)
  }

  /// There is no mean of two judges' scores, and nothing that would take them for those of one.
  private func checkSummary(_ judgments: [JSONValue], _ handedOn: Int) throws {
    let summed = cupel([
      "grade", "--rubric", examples + "rubric.yaml", "--judge", "replay=\(examples)replies.jsonl", "--then", strong(),
      "--calibration", "cascade.json", examples + "items.jsonl", "-o", "summed.jsonl", "--format", "json",
    ])
    #expect(summed.status == 0, "\(summed.errors)")
    let summary = try JSONParser.parse(summed.output)
    #expect(summary["last_asked"] == [.int(Int64(judgments.count - handedOn)), .int(Int64(handedOn))])
    #expect(summary["score"] == ["n": 0, "mean": nil, "standard_error": nil])
    let calibrated = judgments.compactMap { $0["calibrated"]?["scores"]?.array?.first?.double }
    let mean = try #require(summary["calibrated"]?["score"]?["mean"]?.double)
    #expect(calibrated.count == judgments.count)
    #expect(abs(mean - calibrated.reduce(0, +) / Double(calibrated.count)) < 1e-9)
    let table = grade(
      "replies", "-", "--calibration", "cascade.json", "--then", strong(), "--fail-under", "3")
    #expect(table.errors.contains("--fail-under is for the mean of one judge's scores"), "\(table.errors)")
    let report = cupel([
      "calibrate", "report", examples + "labels.jsonl", "out.jsonl", "--scale", "1:5:1", "--resamples", "0",
    ])
    #expect(report.status == 2 && report.errors.contains("out.jsonl:"), "\(report.errors)")
  }

  /// A route of scores keeps the server from starting; one of calibrated scores gives them.
  @Test func routesOfACascade() async throws {
    #expect(fit("--risk", "0.45").status == 0)
    func route(_ reward: String) -> String {
      "serve:\n  routes:\n    /slime: {dialect: slime, rubric: answer-worth, judge: teacher, \(reward)on_failure: http_error}\n"
    }
    scratch.write("cupel.yaml", configuration(then: "[professor]") + route(""))
    for (command, status) in [(["serve", "--listen", "127.0.0.1:0"], 2), (["config", "check"], 6)] {
      let refused = cupel(command + ["--config", scratch("cupel.yaml")])
      #expect(refused.status == status, "\(refused.errors)")
      #expect(
        refused.errors.contains("routes[\"/slime\"]: the reward score compares scores as they were given"),
        "\(refused.errors)")
    }
    scratch.write("cupel.yaml", configuration(then: "[professor]") + route("reward: calibrated, "))
    let review = cupel(["config", "check", "--config", scratch("cupel.yaml")])
    #expect(review.output.contains("/slime: slime, rubric answer-worth, judge teacher, reward calibrated, on failure"))
    let served = try await Served(["--config", scratch("cupel.yaml")], in: scratch)
    // Nothing was recorded for it: an error, and no number.
    let answer = try await served.ask("/slime", #"{"prompt": "2 + 2?", "response": "4", "label": null}"#)
    #expect(answer.status >= 400 && answer.json["error"]?["code"] != nil, "\(answer.text)")
    #expect(await served.stop().status == 0)
  }

  /// What the strong judge fails on is unscored, whatever the other one said.
  @Test func aFailureIsNotMadeUpFor() throws {
    #expect(fit("--risk", "0.45").status == 0)
    let replies = lines(of: "expert.jsonl").prefix(30)
    scratch.write("few.jsonl", replies.joined(separator: "\n") + "\n")
    let graded = grade(
      "replies", "out.jsonl", "--calibration", "cascade.json", "--then", "replay=few.jsonl", "--any-calibration")
    #expect(graded.status == 0, "\(graded.errors)")
    let judgments = try scratch.lines("out.jsonl").map(JSONParser.parse)
    let failed = judgments.filter { $0["status"] == "unscored" }
    #expect(failed.count > 30)
    for judgment in failed {
      #expect(judgment["earlier"]?.array?.first?["calibrated"]?["abstain"] == [true])
      #expect(judgment["calibrated"] == nil && judgment["scores"]?.array?.contains { $0.double != nil } != true)
    }
  }

  @Test func whatDoesNotFit() throws {
    #expect(fit().errors.contains("--then makes a cascade, which needs --risk"))
    #expect(fit("--risk", "0.45").status == 0)
    let unnamed = grade("replies", "out.jsonl", "--calibration", "cascade.json")
    #expect(unnamed.status == 2)
    #expect(
      unnamed.errors.contains(
        "cascade.json: is a cascade of 2 judges; name with --then who judges what the first is unsure of: 1 judges, not 0"
      ), "\(unnamed.errors)")
    let another = grade(
      "replies", "out.jsonl", "--calibration", "cascade.json", "--then", "replay=\(examples)replies.jsonl")
    #expect(another.status == 2 && another.errors.contains("fitted to other judgments than these: fingerprint is"))
    let recorded = grade(
      "replies", "out.jsonl", "--calibration", "cascade.json", "--then", strong(), "--record", "r.jsonl")
    #expect(recorded.status == 2 && recorded.errors.contains("--record writes down one judge's replies"))
    #expect(grade("replies", "out.jsonl", "--then", strong()).status != 0)

    let cases = [
      ("[]", "name in 'then' of judge 'teacher' who judges what it is unsure of: 1 judges, not 0"),
      ("[teacher]", "judges.teacher.then[0]: 'teacher' is asked before; a judge is asked once"),
      ("[profesor]", "judges.teacher.then[0]: unknown judge 'profesor'; did you mean 'professor'?"),
      ("[professor, third]", "names 2 judges, and no cascade of judge 'teacher' asks more than 1"),
      ("[third]", "was fitted to another judge than 'third' is now"),
    ]
    for (then, message) in cases {
      scratch.write("cupel.yaml", configuration(then: then))
      let served = cupel(["serve", "--listen", "127.0.0.1:0", "--config", scratch("cupel.yaml")])
      #expect(served.status == 2 && served.errors.contains(message), "\(then): \(served.errors)")
    }
  }

  @Test func theConfigurationIsReviewed() throws {
    #expect(fit("--risk", "0.45").status == 0)
    scratch.write("cupel.yaml", configuration(then: "[professor]"))
    let good = cupel(["config", "check", "--config", scratch("cupel.yaml")])
    #expect(
      good.status == 0 && good.output.contains("teacher: plugin replay, ") && good.output.contains("then professor"))
    scratch.write("cascade.json", "{\"cupel_cascade\": 1, \"steps\": []}")
    let bad = cupel(["config", "check", "--config", scratch("cupel.yaml")])
    #expect(bad.status != 0 && bad.errors.contains("a cascade needs two judges or more"), "\(bad.errors)")
  }

  private func configuration(then: String) -> String {
    """
    rubrics: [rubrics]
    judges:
      teacher:
        plugin: replay
        options: {file: \(examples)replies.jsonl}
        calibrations: [cascade.json]
        then: \(then)
      professor:
        plugin: replay
        options: {file: \(examples)expert.jsonl}
      third:
        plugin: replay
        options: {file: \(examples)replies.jsonl}

    """
  }
}
