import Glibc
import JSON
import Testing

/// Real inputs and real ends: whatever happens, the output holds complete lines and the program says what happened.
@Suite(.oneAtATime) struct RobustnessTests {
  let scratch = Scratch()

  init() {
    scratch.write(
      "r.yaml",
      "name: r\ncriteria: [{name: number, check: {regex: \"[0-9]+\"}}, {name: words, check: {word_count: {max: 5}}}]\n")
  }

  func grade(_ arguments: String..., input: String = "/dev/null") -> Program.Finished {
    Program.run(["grade", "--rubric", "r.yaml"] + arguments, in: scratch, input: input)
  }

  func ids(_ text: String) throws -> [String] {
    try text.split(separator: "\n").map { try #require(try JSONParser.parse(String($0))["id"]?.string) }
  }

  @Test func theConcurrencyChangesNothing() {
    let items = (0..<300).map { number in
      number % 50 == 7
        ? "{broken\n"
        : "{\"id\":\"i\(number)\",\"response\":\"\(String(repeating: "word ", count: number % 9)) \(number % 3)\"}\n"
    }
    scratch.write("items.jsonl", items.joined())
    for concurrency in ["1", "8"] {
      #expect(grade("items.jsonl", "--concurrency", concurrency, "-o", concurrency).status == 0)
    }
    #expect(scratch.lines("1").count == 300)
    #expect(scratch.read("1") == scratch.read("8"))
  }

  @Test func aLineOf100MBIsOneUnscoredItem() throws {
    let descriptor = open(scratch("items.jsonl"), O_WRONLY | O_CREAT, 0o644)
    func write(_ text: String) {
      text.utf8.withContiguousStorageIfAvailable { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
    write("{\"id\":\"first\",\"response\":\"1\"}\n{\"id\":\"big\",\"response\":\"")
    let megabyte = String(repeating: "x", count: 1 << 20)
    for _ in 0..<100 { write(megabyte) }
    write("\"}\n{\"id\":\"last\",\"response\":\"2\"}\n")
    close(descriptor)
    // Memory for the line itself, but not for an array that grows to it beside everything else: it is never held.
    let finished = Program.script("ulimit -d 163840; cupel grade --rubric r.yaml items.jsonl -o out", in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(try ids(scratch.read("out")) == ["first", "items.jsonl:2", "last"])
    try #require(scratch.lines("out").count == 3)
    #expect(scratch.lines("out")[1].contains("more than max_line_bytes (16777216)"))
  }

  /// Records were once kept until 64 of them had been judged, which nobody notices while they are short.
  @Test func longRecordsAreForgottenOnceTheyAreJudged() throws {
    scratch.write("one.yaml", "name: one\ncriteria: [{name: x, check: {regex: \"^x\"}}]\n")
    let finished = Program.script(
      """
      head -c 6000000 /dev/zero | tr '\\0' x > text
      ulimit -d 196608
      for i in {1..50}; do printf '{"response":"'; cat text; printf '"}\\n'; done |
        cupel grade --rubric one.yaml - -o out --concurrency 1
      """, in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(scratch.lines("out").count == 50)
  }

  @Test func recordsComeFromStandardInputAndPipes() throws {
    scratch.write("items.jsonl", "{\"response\":\"1\"}\n")
    #expect(try ids(grade("-", input: scratch("items.jsonl")).output) == ["stdin:1"])
    let piped = Program.script("cupel grade --rubric r.yaml <(cat items.jsonl) -o out", in: scratch)
    #expect(piped.status == 0, "\(piped.errors)")
    #expect(scratch.lines("out").count == 1)
  }

  @Test func aFolderOfSubmissions() throws {
    scratch.write("in/good.txt", "42")
    scratch.write("in/sub/code.py", "print(42)")
    scratch.write("in/nul", [0, 1])
    scratch.write("in/empty.md", "")
    scratch.write("in/broken.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0])
    scratch.write("secret", "42")
    symlink("../secret", scratch("in/out"))
    mkfifo(scratch("in/pipe"), 0o600)
    let finished = grade("in", "-o", "out")
    #expect(finished.status == 0, "\(finished.errors)")
    #expect(
      try ids(scratch.read("out"))
        == ["broken.png", "empty.md", "good.txt", "nul", "out", "pipe", "sub/code.py"].map { "in/\($0)" })
    let statuses = try scratch.lines("out").map { try JSONParser.parse($0)["status"]?.string }
    #expect(statuses == ["unscored", "unscored", "ok", "unscored", "unscored", "unscored", "ok"])
  }

  @Test func picturesAreFoundBesideTheRecordsAndNowhereElse() throws {
    try scratch.copy(folder: "\(Program.repository)/Examples/images")
    scratch.write("p.yaml", "name: p\ncriteria: [{name: size, check: {dimensions: {min_width: 8}}}]\n")
    func item(_ id: String, _ url: String) -> String {
      #"{"id":"\#(id)","response":[{"type":"image_url","image_url":{"url":"\#(url)"}}]}"# + "\n"
    }
    mkdir(scratch("data"), 0o755)
    rename(scratch("chart.png"), scratch("data/chart.png"))
    mkdir(scratch("more"), 0o755)
    rename(scratch("badge.png"), scratch("more/badge.png"))
    symlink("../harbour.png", scratch("data/link.png"))
    scratch.write(
      "data/items.jsonl",
      item("beside", "chart.png") + item("root", "badge.png") + item("outside", "../harbour.png")
        + item("link", "link.png")
        + item("web", "http://127.0.0.1/a.png"))
    let finished = Program.run(
      ["grade", "--rubric", "p.yaml", "data/items.jsonl", "-o", "out", "--media-root", "more"], in: scratch)
    #expect(finished.status == 0, "\(finished.errors)")
    let judgments = try scratch.lines("out").map { try JSONParser.parse($0) }
    #expect(judgments.map { $0["status"]?.string } == ["ok", "ok", "unscored", "unscored", "unscored"])
    #expect(judgments[2]["message"]?.string?.contains("'data/../harbour.png': lies outside the media roots") == true)
    // Where the run was is nobody's business: the same run elsewhere gives the same bytes.
    #expect(!scratch.read("out").contains(scratch.path))
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func aSignalLeavesWhatIsFinished(signal: Int32, status: Int32) throws {
    // The input stays open, so the run cannot end by itself; the output is a pipe that tells when a judgment was written.
    mkfifo(scratch("in"), 0o600)
    mkfifo(scratch("out"), 0o600)
    let input = open(scratch("in"), O_RDWR)
    let output = open(scratch("out"), O_RDWR)
    defer {
      close(input)
      close(output)
    }
    let running = Running(
      [Program.cupel, "grade", "--rubric", "r.yaml", "in", "-o", "out"], in: scratch, input: "/dev/null")
    let items = "{\"id\":\"a\",\"response\":\"1\"}\n{\"id\":\"b\",\"response\":\"2\"}\n{\"id\":\"c\","
    _ = items.utf8.withContiguousStorageIfAvailable { write(input, $0.baseAddress, $0.count) }
    var written = ""
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while written.split(separator: "\n").count < 2, case let count = read(output, &chunk, chunk.count), count > 0 {
      written += String(decoding: chunk[..<count], as: UTF8.self)
    }
    kill(running.process, signal)
    let finished = running.wait()
    #expect(finished.status == status)
    #expect(finished.errors.contains("cupel: error: stopped; 2 judgments are written"), "\(finished.errors)")
    #expect(try ids(written) == ["a", "b"])
    #expect(written.hasSuffix("}\n"))
  }

  @Test func aFileThatMayNotGrowEndsInAWholeLine() throws {
    scratch.write("items.jsonl", (0..<2000).map { "{\"id\":\"i\($0)\",\"response\":\"1\"}\n" }.joined())
    let finished = Program.script("ulimit -f 100; cupel grade --rubric r.yaml items.jsonl -o out", in: scratch)
    #expect(finished.status == 5, "\(finished.errors)")
    #expect(finished.errors.contains("cannot write: File too large"))
    let text = scratch.read("out")
    #expect(text.hasSuffix("}\n"))
    #expect(try ids(text) == (0..<text.split(separator: "\n").count).map { "i\($0)" })
    #expect(text.utf8.count > 90 << 10)
  }

  static let canMount =
    Program.script("mkdir m; unshare -rm mount -t tmpfs -o size=64k none m", in: Scratch()).status == 0

  @Test(.enabled(if: canMount, "needs permission to mount a file system")) func aFullDiskEndsInAWholeLine() throws {
    scratch.write("items.jsonl", (0..<2000).map { "{\"id\":\"i\($0)\",\"response\":\"1\"}\n" }.joined())
    let finished = Program.script(
      """
      mkdir disk
      unshare -rm bash -c 'mount -t tmpfs -o size=64k none disk
        cupel grade --rubric r.yaml items.jsonl -o disk/out; status=$?; cp disk/out copy; exit $status'
      """, in: scratch)
    #expect(finished.status == 5, "\(finished.errors)")
    #expect(finished.errors.contains("disk/out: cannot write: No space left on device"))
    let text = scratch.read("copy")
    #expect(text.hasSuffix("}\n"))
    #expect(try ids(text).count > 50)
  }

  @Test func aClosedPipeIsReported() {
    scratch.write("items.jsonl", (0..<5000).map { "{\"id\":\"i\($0)\",\"response\":\"1\"}\n" }.joined())
    let finished = Program.script(
      "set +o pipefail; { cupel grade --rubric r.yaml items.jsonl || echo $? > status; } | head -n 1 > first",
      in: scratch)
    #expect(scratch.read("status") == "5\n", "\(finished.errors)")
    #expect(finished.errors.contains("standard output: cannot write: Broken pipe"))
  }
}
