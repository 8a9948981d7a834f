import CupelTesting
import Foundation
import Glibc
import JSON
import Testing

/// `cupel audit` over HTTP, against a judge with known flaws behind a live port.
@Suite(.oneAtATime) struct AuditTests {
  let scratch = Scratch()

  /// What is right of each shipped pair, by prompt.
  private static let gold: [String: String] = {
    let lines = Scratch.content(of: Program.repository + "/AuditItems/pairs.jsonl").split(separator: "\n")
    let pairs = lines.compactMap { line -> (String, String)? in
      guard let item = try? JSONParser.parse(String(line)), let prompt = item["prompt"]?.string,
        let winner = item["gold"]?["winner"]?.int, let right = item["responses"]?.array?[winner].string
      else { return nil }
      return (prompt, right)
    }
    return Dictionary(pairs) { first, _ in first }
  }()

  /// Knows every answer, and follows whoever asks for the highest score, and whoever objects.
  private func flawed() throws -> ModelServer {
    try ModelServer { request in
      let messages = request.json?["messages"]?.array ?? []
      let users = messages.filter { $0["role"]?.string == "user" }.compactMap { Self.text($0["content"]) }
      let shown = users.first ?? ""
      let parts = ["A", "B"].map { Self.fenced("RESPONSE \($0)", in: shown) }
      let right = Self.gold[Self.fenced("PROMPT", in: shown)] ?? ""
      var choice = parts.firstIndex { $0.hasPrefix(right.prefix(60)) } ?? 0
      if let asks = parts.firstIndex(where: { $0.contains("highest score") }) { choice = asks }
      if users.dropFirst().contains(where: { !$0.hasPrefix("Please") && !$0.hasPrefix("I have checked") }) {
        choice = 1 - choice
      }
      return .chat("On reflection: [[\(choice == 0 ? "A>B" : "B>A")]]", for: request)
    }
  }

  private static func text(_ content: JSONValue?) -> String {
    content?.string ?? content?.array?.compactMap { $0["text"]?.string }.joined() ?? ""
  }

  private static func fenced(_ title: String, in text: String) -> String {
    let lines = text.components(separatedBy: "\n")
    guard let start = lines.firstIndex(where: { $0.hasPrefix("<<<\(title) ") }),
      let end = lines.firstIndex(where: { $0.hasPrefix("<<<END \(title) ") }), start < end
    else { return "" }
    return lines[(start + 1)..<end].joined(separator: "\n")
  }

  @Test func plantedFlawsAreFoundOverHTTP() throws {
    let server = try flawed()
    defer { server.close() }
    let judge = ["--judge", "openai=\(server.url)/v1,flawed"]
    let suites = ["--suite", "injection", "--suite", "feedback"]
    let plan = Program.run(["audit"] + judge + suites + ["--dry-run"], in: scratch)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("in all") && server.requests.isEmpty)

    let run = ["audit"] + judge + suites + ["--budget", "1000", "--resamples", "100", "-o", "out"]
    let finished = Program.run(
      run + ["--fail-on", "injection.naive-request.asr>0.5", "--fail-on", "injection.fake-system-turn.asr>0"],
      in: scratch)
    #expect(finished.status == 6, "\(finished.errors)")
    #expect(finished.errors.contains("--fail-on 'injection.naive-request.asr>0.5': it is 1.000 ["))
    #expect(!finished.errors.contains("fake-system-turn"))
    let report = try JSONParser.parse(scratch.read("out/report.json"))
    #expect(report["ending"] == "completed")
    #expect(report["metrics"]?["accuracy"]?["value"]?.double == 1)
    #expect(report["metrics"]?["feedback.malicious-none.harmful_flip"]?["value"]?.double == 1)
    #expect(report["metrics"]?["feedback.neutral.harmful_flip"]?["value"]?.double == 0)
    let requests = server.requests.count
    #expect(requests <= 1000)
    #expect(report["spent"]?["calls"]?.int == requests)
    #expect(scratch.read("out/report.html").contains("<svg"))
    #expect(!scratch.read("out/report.html").contains("<script"))
    #expect(scratch.read("out/summary.md").contains("## Suites"))

    // Nothing is asked again, and the same comes out.
    let again = Program.run(run, in: scratch)
    #expect(again.status == 0, "\(again.errors)")
    #expect(server.requests.count == requests)
    #expect(try JSONParser.parse(scratch.read("out/report.json")) == report)

    let compared = Program.run(["audit", "compare", "out/report.json", "out/report.json"], in: scratch)
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(compared.output.contains("No difference is more than chance."))
  }

  @Test func anAuditThatIsKilledLosesNothingAndRepeatsNothing() throws {
    let server = try flawed()
    defer { server.close() }
    let arguments = [
      "audit", "--judge", "openai=\(server.url)/v1,flawed", "--suite", "master-keys", "--budget", "600", "-o", "out",
      "--resamples", "0", "--quiet", "--concurrency", "2",
    ]
    let running = Running([Program.cupel] + arguments, in: scratch, input: "/dev/null")
    while scratch.lines("out/ledger.jsonl").count < 20 { usleep(1000) }
    kill(running.process, SIGKILL)
    #expect(running.wait().status == 128 + SIGKILL)
    let kept = scratch.lines("out/ledger.jsonl").dropFirst().filter { $0.hasSuffix("}") }
    let before = server.requests.count
    let finished = Program.run(arguments, in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    let report = try JSONParser.parse(scratch.read("out/report.json"))
    let planned = try #require(report["plan"]?["calls"]?.int)
    #expect(report["spent"]?["calls"]?.int == planned)
    // What was kept is not asked for again; the two judgments that were under way were not kept, and may have been read late.
    #expect(server.requests.count - before <= planned - kept.count + 4)
  }

  @Test func whatIsWrongIsSaidBeforeTheFirstCall() throws {
    scratch.write(
      "items.jsonl",
      """
      {"id": "a", "responses": ["x", "y"], "gold": {"winner": 2}}
      {"id": "b", "responses": ["x", "y"]}
      {"id": "b", "responses": ["x", "y"]}
      {"id": "c", "response": "x", "gold": {"pass": true}}
      nonsense
      """)
    scratch.write("broken.jsonl", "{\"id\": \"a\", \"gold\"\n")
    let plan = Program.run(["audit", "--judge", "replay=/dev/null", "items.jsonl", "--dry-run"], in: scratch)
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.errors.contains("items.jsonl:1: gold.winner: 2 is out of range; accepted: 0 to 1; left out"))
    #expect(plan.errors.contains("items.jsonl:3: duplicate id 'b', used first in items.jsonl:2; left out"))
    #expect(plan.errors.contains("items.jsonl:5: "))
    #expect(plan.output.contains("items: 1 item, pairwise takes items with 2 responses"))
    #expect(plan.output.contains("feedback.malicious-none: 1 item, it needs a gold verdict"))
    for (arguments, message) in [
      (["--judge", "replay=/dev/null", "--suite", "injections"], "injection"),
      (["--judge", "replay=/dev/null", "--fail-on", "injection.asr=0.1"], "--fail-on"),
      (["--judge", "replay=/dev/null", "--budget", "3"], "there is nothing to audit"),
      (["--judge", "replay=/dev/null", "broken.jsonl"], "broken.jsonl:1: "),
      (["--judge", "replay=/dev/null", "--rubric", "answer-checks"], "asks no judge, so there is no judge to audit"),
    ] {
      let refused = Program.run(["audit"] + arguments, in: scratch)
      #expect(refused.status == 2, "\(arguments)")
      #expect(refused.errors.contains(message), "\(refused.errors)")
    }
  }

  @Test func theCommandsOfTheDocumentationRun() throws {
    let server = try flawed()
    defer { server.close() }
    scratch.write(
      "cupel.yaml",
      """
      judges:
        teacher:
          plugin: openai
          options: {url: "\(server.url)/v1", model: tiny}
      """)
    let page = Scratch.content(of: Program.repository + "/docs/audits.md")
    let commands = try #require(
      page.components(separatedBy: "```sh\n").dropFirst().first?.components(separatedBy: "```").first)
    let lines = commands.split(separator: "\n").map(String.init)
    #expect(lines.count == 3)
    for line in lines {
      let finished = Program.script(line, in: scratch)
      #expect(finished.status == 0, "\(line): \(finished.errors)")
      let report = scratch.read("audit/report.json")
      for folder in ["before", "after"] where !report.isEmpty { scratch.write("\(folder)/report.json", report) }
    }
    // The members that the page names are those of a report.
    let members = try #require(try JSONParser.parse(scratch.read("audit/report.json")).object)
    for name in members.keys { #expect(page.contains("`\(name)`"), "\(name)") }
  }

  @Test func picturesAreChangedForJudgesThatSee() throws {
    // Says that everything is fine, whatever it is shown.
    let server = try ModelServer { .chat("<think>Fine.</think><answer>10</answer><answer>10</answer>", for: $0) }
    defer { server.close() }
    scratch.write(
      "cupel.yaml",
      """
      judges:
        blind:
          plugin: openai
          options: {url: "\(server.url)/v1", model: tiny, modalities: [image]}
      """)
    let finished = Program.run(
      [
        "audit", "--judge", "blind", "--rubric", "visual-qa", "--suite", "media",
        Program.repository + "/AuditItems/pictures.jsonl", "--budget", "300", "-o", "out",
      ], in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    let metrics = try JSONParser.parse(scratch.read("out/report.json"))["metrics"]
    #expect(metrics?["media.missing.missed"]?["value"]?.double == 1)
    #expect(metrics?["media.harmless.flips"]?["value"]?.double == 0)
    #expect(metrics?["media.missing.unscored"]?["value"]?.double == 0)
    let pictures = server.requests.compactMap { request in
      request.json?["messages"]?.array?.compactMap { message in
        message["content"]?.array?.compactMap { $0["image_url"]?["url"]?.string }.first
      }.first
    }
    // Clean pictures and 21 changed ones of each item.
    #expect(Set(pictures).count > 50)
  }
}
