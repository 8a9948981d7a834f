import Testing

@testable import Service

/// The format of metrics, as it is written and as strictly as it is read here.
@Suite struct ExpositionTests {
  static let broken: [(text: String, why: String)] = [
    ("# HELP a_total x\n# TYPE a_total counter\na_total 1", "no end"),
    ("a_total 1\n", "without HELP and TYPE"),
    ("# HELP a_total x\n# HELP a_total x\n", "said twice"),
    (
      "# HELP a_total x\n# TYPE a_total counter\na_total 1\n# HELP b x\n# TYPE b gauge\nb 1\n# HELP a_total x\n",
      "two places"
    ),
    ("# HELP a_total x\n# TYPE a_total counter\nb 1\n", "outside of its family"),
    ("# HELP a x\n# TYPE a counter\na 1\n", "counters end in _total"),
    ("# HELP a x\n# TYPE a gauge\na 1\na 2\n", "twice"),
    ("# HELP a x\n# TYPE a gauge\na{b=\"c\",b=\"d\"} 1\n", "one of two"),
    ("# HELP a x\n# TYPE a gauge\na{b=\"c\\t\"} 1\n", "an escape that there is not"),
    ("# HELP a x\n# TYPE a gauge\na{b=\"c} 1\n", "without an end"),
    ("# HELP a x\n# TYPE a gauge\na one\n", "no number"),
    ("# HELP a x\n# TYPE a gauge\na 0x10\n", "no number"),
    ("# HELP a_total x\n# TYPE a_total counter\na_total -1\n", "below 0"),
    ("# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n", "without +Inf"),
    (
      "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
      "counts that fall"
    ),
    ("# HELP a x\n# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n", "not the last bucket's"),
  ]

  @Test(arguments: broken) func theReaderIsStrict(_ text: String, _ why: String) {
    let error = #expect(throws: ExpositionReader.Broken.self) { try ExpositionReader(text) }
    #expect(error?.description.contains(why) == true, "\(error?.description ?? "")")
  }

  @Test func labelsCannotBreakOut() throws {
    let hostile = [
      "", "a\"b", "a\\", "a\nb", "a\\nb", "a\"} 1\ncupel_forged 1", "é…\u{2028}\u{0}\r\t", "{}", "# HELP x", "\\\"\n",
    ]
    var text = Exposition()
    text.family("some_total", .counter, "A \"text\"\nwith \\ all")
    for value in hostile { text.add(1, [("a", value), ("b", "x")]) }
    let read = try ExpositionReader(String(decoding: text.bytes, as: UTF8.self))
    #expect(read.families.map(\.name) == ["some_total"])
    #expect(read.families[0].samples.map { $0.labels["a"] } == hostile)
    #expect(read.families[0].help == "A \"text\"\\nwith \\\\ all")
  }

  @Test func numbersAreWrittenAsTheyAre() throws {
    let numbers = [0, -0.0, 1, -1.5, 1e-9, 1e300, .infinity, -.infinity, 9_007_199_254_740_992, 0.1 + 0.2]
    var text = Exposition()
    text.family("some", .gauge, "x")
    for (at, number) in numbers.enumerated() { text.add(number, [("n", String(at))]) }
    let read = try ExpositionReader(String(decoding: text.bytes, as: UTF8.self))
    #expect(read.families[0].samples.map(\.value) == numbers)
  }

  @Test func aHistogramCountsWhereItBelongs() throws {
    var histogram = Histogram([0, 0.5, 1])
    for value in [-1, 0, 0.25, 0.5, 0.75, 1, 7, .nan, .infinity] { histogram.add(value) }
    var text = Exposition()
    text.family("some", .histogram, "x")
    text.add(histogram, [("a", "b")])
    let read = try ExpositionReader(String(decoding: text.bytes, as: UTF8.self))
    let buckets = ["0", "0.5", "1", "+Inf"].map { read.value("some_bucket", ["a": "b", "le": $0]) }
    #expect(buckets == [2, 4, 6, 7])
    #expect(read.value("some_sum") == 8.5 && read.value("some_count") == 7)
  }

  @Test(arguments: [
    (
      "7 (cupel) S 1 2 3 0 -1 4 5 6 7 8 250 50 0 0 20 0 9 0 1000 4096000 512 18446744073709551615 1",
      3.0, 1010.0, 4_096_000, 512 * 4096
    ),
    (
      "7 (a b) (S) 1 ) R 1 2 3 0 -1 4 5 6 7 8 1 1 0 0 20 0 9 0 0 8192 2 1",
      0.02, 1000.0, 8192, 8192
    ),
  ])
  func theSystemsWordIsRead(_ stat: String, _ cpu: Double, _ start: Double, _ virtual: Int, _ resident: Int) {
    var found = ProcessStatistics()
    found.read(stat: stat, boot: 1000, ticks: 100, pageBytes: 4096)
    #expect(found.cpuSeconds == cpu && found.startSeconds == start)
    #expect(found.virtualBytes == virtual && found.residentBytes == resident)
    #expect(ProcessStatistics.bootTime("cpu 1 2\nbtime 1700000000\nprocesses 1\n") == 1_700_000_000)
  }

  @Test(arguments: ["", "7 (cupel", "7 (cupel)", "7 (cupel) S 1 2"]) func whatCannotBeReadIsNotThere(_ stat: String) {
    var found = ProcessStatistics()
    found.read(stat: stat, boot: nil, ticks: 100, pageBytes: 4096)
    #expect(found == ProcessStatistics())
  }

  @Test func thisProcessIsKnown() throws {
    let now = ProcessStatistics.now()
    #expect(try #require(now.cpuSeconds) > 0)
    #expect(try #require(now.residentBytes) > 1 << 20)
    #expect(try #require(now.virtualBytes) >= now.residentBytes ?? .max)
    #expect(try #require(now.startSeconds) > 1_600_000_000)
    #expect(try #require(now.openDescriptors) >= 3)
    #expect(try #require(now.maxDescriptors) >= now.openDescriptors ?? .max)
  }
}
