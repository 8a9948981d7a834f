import Glibc
import JSON
import Testing

/// What is written never costs what was there without a word, and never passes for more than it is.
@Suite(.oneAtATime) struct OutputTests {
  let scratch = Scratch()

  init() {
    scratch.write("r.yaml", "name: r\ncriteria: [{name: number, check: {regex: \"[0-9]+\"}}]\n")
    scratch.write("items.jsonl", items(3))
  }

  private func items(_ count: Int) -> String {
    (0..<count).map { "{\"id\":\"i\($0)\",\"response\":\"1\"}\n" }.joined()
  }

  /// By another name, through a redirection, and what is read besides the items.
  @Test(arguments: [
    (
      "ln items.jsonl hard; cupel grade --rubric r.yaml items.jsonl -o hard --overwrite",
      "hard is the input items.jsonl, too"
    ),
    (
      "cupel grade --rubric r.yaml items.jsonl -o ./items.jsonl --overwrite",
      "./items.jsonl is the input items.jsonl, too"
    ),
    (
      "cupel grade --rubric r.yaml - -o items.jsonl --overwrite < items.jsonl",
      "items.jsonl is the input standard input, too"
    ),
    ("cupel grade --rubric r.yaml items.jsonl >> items.jsonl", "standard output is the input items.jsonl, too"),
    ("cupel grade --rubric r.yaml items.jsonl -o r.yaml --overwrite", "r.yaml is the input"),
    (
      "cupel calibrate fit items.jsonl judged --scale 1:5 -o items.jsonl --overwrite",
      "items.jsonl is the input items.jsonl, too"
    ),
    (
      "cupel calibrate report items.jsonl judged --html items.jsonl --overwrite",
      "items.jsonl is the input items.jsonl, too"
    ),
  ])
  func anInputIsNotWrittenOver(command: String, message: String) {
    let before = (scratch.read("items.jsonl"), scratch.read("r.yaml"))
    let finished = Program.script(command, in: scratch)
    #expect(finished.status == 2 && finished.errors.contains(message), "\(finished.errors)")
    #expect(scratch.read("items.jsonl") == before.0 && scratch.read("r.yaml") == before.1)
  }

  @Test func twoOutputsAreTwoFiles() {
    scratch.write("both", "old")
    let finished = Program.script(
      "cupel grade --rubric r.yaml items.jsonl -o both --record ./both --overwrite", in: scratch)
    #expect(finished.status == 2 && finished.errors.contains("./both is both, too; name a file for each"))
    #expect(scratch.read("both") == "old")
  }

  /// The first run waits for its input; what it writes is its own as long as it lives.
  @Test func twoRunsDoNotShareAnOutput() {
    mkfifo(scratch("in"), 0o600)
    let input = open(scratch("in"), O_RDWR)
    let running = Running(
      [Program.cupel, "grade", "--rubric", "r.yaml", "in", "-o", "out"], in: scratch, input: "/dev/null")
    items(1).utf8.withContiguousStorageIfAvailable { _ = write(input, $0.baseAddress, $0.count) }
    while scratch.read("out").isEmpty { sched_yield() }
    let second = Program.run(["grade", "--rubric", "r.yaml", "items.jsonl", "-o", "out", "--overwrite"], in: scratch)
    #expect(second.status == 2 && second.errors.contains("out: is being written by another run"), "\(second.errors)")
    kill(running.process, SIGTERM)
    #expect(running.wait().status == 143)
    close(input)
    #expect(scratch.lines("out").count == 1)
    #expect(
      Program.run(["grade", "--rubric", "r.yaml", "items.jsonl", "-o", "out", "--overwrite"], in: scratch).status == 0)
    #expect(scratch.lines("out").count == 3)
  }

  /// Results that did not get out are no success; a reader who has seen enough is none of our business.
  @Test(arguments: [
    ("cupel rubric list > /dev/full", 5), ("cupel rubric show answer-checks > /dev/full", 5),
    ("cupel grade --rubric r.yaml items.jsonl -o out > /dev/full", 5),
    ("cupel grade --rubric r.yaml items.jsonl -o out --format json > /dev/full", 5),
    ("cupel grade --rubric r.yaml items.jsonl -o out --fail-under 2 > /dev/full", 3),
    ("cupel --help > /dev/full", 5), ("cupel --version > /dev/full", 5),
    ("cupel rubric list | head -n 1", 0), ("cupel rubric list > /dev/null", 0),
  ])
  func lostResultsAreNoSuccess(command: String, status: Int32) {
    let finished = Program.script(command, in: scratch)
    #expect(finished.status == status, "\(finished.errors)")
    #expect(finished.errors.contains("standard output: cannot write: No space left on device") == (status == 5))
  }

  /// How many judgments are said to be there, and how many are.
  @Test(arguments: [
    "ulimit -f 100; cupel grade --rubric r.yaml items.jsonl -o out",
    "cupel grade --rubric r.yaml items.jsonl -o /dev/full",
  ])
  func whatIsSaidToBeWrittenIs(command: String) throws {
    scratch.write("items.jsonl", items(2000))
    scratch.write("out", "")
    let finished = Program.script(command, in: scratch)
    #expect(finished.status == 5, "\(finished.errors)")
    let said = try #require(finished.errors.firstMatch(of: /the output holds ([0-9]+) complete judgments/)?.output.1)
    #expect(Int(said) == scratch.read("out").split(separator: "\n").count)
    #expect(!finished.errors.contains("judgments are in"))
  }

  /// A page is there as a whole, or as it was.
  @Test func aPageThatDoesNotFitIsNotBegun() {
    scratch.write("labels.jsonl", (0..<40).map { "{\"id\":\"i\($0)\",\"pass\":\($0 % 3 == 0)}\n" }.joined())
    scratch.write("items.jsonl", items(40))
    scratch.write("page.html", "as it was")
    let finished = Program.script(
      """
      cupel grade --rubric r.yaml items.jsonl -o graded -q
      ulimit -f 1; cupel calibrate report labels.jsonl graded --pass-at 0.5 --html page.html --overwrite
      """, in: scratch)
    #expect(
      finished.status == 5 && finished.errors.contains("page.html: cannot write: File too large"), "\(finished.errors)")
    #expect(scratch.read("page.html") == "as it was")
    let left = Program.script("ls -A", in: scratch).output
    #expect(!left.contains(".new"), "\(left)")
  }

  /// What files say is shown as text, whatever a terminal would make of it.
  @Test(arguments: [
    ("printf 'name: \"a\\\\e[2J\"\\n' > e.yaml; cupel rubric check ./e.yaml", #"'a\u001b[2J' is no name"#),
    (
      #"printf '{"id":"a","res\\u001b[2Jponse":"1"}' > e.jsonl; cupel grade --rubric r.yaml e.jsonl -o out"#,
      #"res\u001b[2Jponse"#
    ),
    (#"printf 'judges: {"x\\u202ey": {plugin: none}}' > c.yaml; cupel config check --config c.yaml"#, #"x\u202ey"#),
  ])
  func textStaysText(command: String, shown: String) {
    let finished = Program.script(command, in: scratch)
    let all = finished.output + finished.errors + scratch.read("out")
    #expect(finished.status != 0 && all.contains(shown), "\(all)")
    #expect(!all.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
  }
}
