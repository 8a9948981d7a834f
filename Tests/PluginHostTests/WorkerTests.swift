import Glibc
import Media
import PluginHost
import Testing
import Wire

/// Decoding in worker processes, by a decoder that does what its file says.
@Suite struct WorkerTests {
  static func decoder(_ place: DecodingPlace = .standard) throws -> any MediaDecoder {
    let host = PluginHost(PluginSearch(named: [Built.plugin("hostile_decoder")]))
    return try #require(host.decoders(place).first, "\(host.failures)")
  }

  private static func process(_ media: Media) throws -> pid_t {
    try #require(media.facts.first { $0.key == "process" }.flatMap { pid_t($0.value) })
  }

  private static let forbidden =
    "decoder 'hostile' tried on this file what decoders may not: a system call outside its sandbox (SIGSYS)"
  private static let protocolBreach = "decoder 'hostile' was led to break the protocol of workers by this file: "

  /// The messages may go on.
  static let faults: [(wish: String, expected: Unscored)] = [
    ("crash", Unscored(.invalidInput, "decoder 'hostile' crashed on this file (SIGSEGV)")),
    ("abort", Unscored(.invalidInput, "decoder 'hostile' crashed on this file (SIGABRT)")),
    ("exit", Unscored(.invalidInput, "decoder 'hostile' ended its process on this file: it ended with status 7")),
    ("loop", Unscored(.timeout, "decoder 'hostile' did not finish within 300 ms")),
    ("sleep", Unscored(.timeout, "decoder 'hostile' did not finish within 300 ms")),
    ("make a socket", Unscored(.invalidInput, forbidden)),
    ("start a program", Unscored(.invalidInput, forbidden)),
    ("start a process", Unscored(.invalidInput, forbidden)),
    ("end the host", Unscored(.invalidInput, forbidden)),
    ("raise limits", Unscored(.invalidInput, forbidden)),
    ("map code", Unscored(.invalidInput, forbidden)),
    ("map the result", Unscored(.invalidInput, forbidden)),
    ("open a file", Unscored(.judgeError, "it was not allowed")),
    ("open a new file", Unscored(.judgeError, "it was not allowed")),
    ("look for a file", Unscored(.judgeError, "it was not allowed")),
    ("open a hundred gigabytes", Unscored(.judgeError, "it was not allowed")),
    ("fill memory", Unscored(.judgeError, "it was not allowed")),
    ("overfill the result", Unscored(.judgeError, "it was not allowed")),
    ("say nonsense", Unscored(.invalidInput, protocolBreach + "a message that is no answer")),
    ("flood the log", Unscored(.invalidInput, protocolBreach + "a message that is no answer")),
    ("log and crash", Unscored(.invalidInput, "decoder 'hostile' crashed on this file (SIGSEGV)")),
    ("say it is done", Unscored(.invalidInput, protocolBreach + "a result of ")),
    (
      "say too much",
      Unscored(
        .invalidInput,
        protocolBreach + "a result of 1")
    ),
    (
      "hang up",
      Unscored(
        .invalidInput, "decoder 'hostile' was ended on this file from outside, perhaps for want of memory (SIGKILL)")
    ),
  ]

  @Test(arguments: faults)
  func aFaultIsOfItsFileAlone(wish: String, expected: Unscored) async throws {
    let decoder = try Self.decoder()
    var limits = MediaLimits()
    limits.maxMemoryBytes = 64 << 20
    let before = try Self.process(await decoder.decode(Array("good".utf8), limits: limits))
    var hurried = limits
    if expected.reason == .timeout { hurried.timeoutMilliseconds = 300 }
    let failure = await #expect(throws: Unscored.self) {
      try await decoder.decode(Array(wish.utf8), limits: hurried)
    }
    #expect(
      failure?.reason == expected.reason && failure?.message.hasPrefix(expected.message) == true,
      "\(String(describing: failure))")
    let after = try Self.process(await decoder.decode(Array("good".utf8), limits: limits))
    // One that failed without doing harm goes on.
    #expect((before == after) == (expected.reason == .judgeError))
    if before != after { #expect(kill(before, 0) == -1 && errno == ESRCH) }
  }

  @Test func aWorkerIsKeptAndEndsWithItsDecoder() async throws {
    var decoder: (any MediaDecoder)? = try Self.decoder()
    let limits = MediaLimits()
    let first = try Self.process(try await #require(decoder).decode(Array("good".utf8), limits: limits))
    #expect(first != getpid())
    let second = try Self.process(try await #require(decoder).decode(Array("use a thread".utf8), limits: limits))
    #expect(first == second)
    decoder = nil
    // The thread that decoded lets go of the pool at its own time.
    let end = ContinuousClock.now + .seconds(30)
    while kill(first, 0) == 0, ContinuousClock.now < end { await Task.yield() }
    #expect(kill(first, 0) == -1 && errno == ESRCH)
  }

  @Test func aWorkerThatDiedIdleIsNoFaultOfTheNextFile() async throws {
    let decoder = try Self.decoder()
    let limits = MediaLimits()
    let first = try Self.process(await decoder.decode(Array("good".utf8), limits: limits))
    kill(first, SIGKILL)
    let second = try Self.process(await decoder.decode(Array("good".utf8), limits: limits))
    #expect(first != second)
  }

  /// Lines come as they are written, on one line each, and no more than a host wants to read.
  @Test func linesForTheLogArriveEvenOfAWorkerThatCrashes() async throws {
    let lines = LogLines.seen
    func messages(_ start: String) -> [String] { lines.of("hostile", start).map(\.message) }
    let decoder = try Self.decoder()
    _ = try? await decoder.decode(Array("log and crash".utf8), limits: MediaLimits())
    #expect(messages("last").contains("last  [2Jwords cupel: all is well"))
    _ = try await decoder.decode(Array("log a lot".utf8), limits: MediaLimits())
    #expect(messages("a lot").count == 63)
    #expect(messages("937").first == "937 more lines about one file are left out")
  }

  @Test func whatAFileLeavesBehindIsWrittenOver() async throws {
    let decoder = try Self.decoder()
    let left = try await decoder.decode(Array("leave a secret".utf8), limits: MediaLimits())
    let looked = try await decoder.decode(Array("look for a secret".utf8), limits: MediaLimits())
    #expect(try Self.process(left) == Self.process(looked))
    #expect(looked.facts.first { $0.key == "secrets" }?.value == "0")
  }

  /// Nobody waits for a file any more: its worker does not go on until the deadline.
  @Test(arguments: ["loop", "sleep"]) func cancellingEndsTheWorker(wish: String) async throws {
    let decoder = try Self.decoder()
    let worker = try Self.process(await decoder.decode(Array("good".utf8), limits: MediaLimits()))
    let idle = Self.limits(of: worker)
    var patient = MediaLimits()
    patient.timeoutMilliseconds = 3_000_000
    let task = Task { [patient] in try await decoder.decode(Array(wish.utf8), limits: patient) }
    // It has the file when it has the limits of that.
    while Self.limits(of: worker) == idle { await Task.yield() }
    task.cancel()
    let failure = await #expect(throws: Unscored.self) { try await task.value }
    #expect(failure?.reason == .cancelled)
    let end = ContinuousClock.now + .seconds(60)
    while kill(worker, 0) == 0, ContinuousClock.now < end { await Task.yield() }
    #expect(kill(worker, 0) == -1 && errno == ESRCH)
    _ = try await decoder.decode(Array("good".utf8), limits: MediaLimits())
  }

  private static func limits(of process: pid_t) -> [UInt8] {
    let descriptor = open("/proc/\(process)/limits", O_RDONLY)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }

  @Test func manyFilesAtOnceFailEachForItself() async throws {
    let decoder = try Self.decoder()
    let wishes = ["crash", "good", "make a socket", "good", "exit", "good"]
    try await withThrowingTaskGroup(of: (String, Bool).self) { group in
      for i in 0..<60 {
        let wish = wishes[i % wishes.count]
        group.addTask { (wish, (try? await decoder.decode(Array(wish.utf8), limits: MediaLimits())) != nil) }
      }
      for try await (wish, isDecoded) in group { #expect(isDecoded == (wish == "good"), "\(wish)") }
    }
  }

  @Test func inProcessIsThisProcess() async throws {
    let media = try await Self.decoder(.inProcess).decode(Array("good".utf8), limits: MediaLimits())
    #expect(try Self.process(media) == getpid())
  }

  static let programs: [(program: String, why: String)] = [
    ("/no/such/worker", "No such file or directory"),
    ("/bin/true", "it ended at once (it ended with status 0); does it belong to this version?"),
    ("/bin/false", "it ended at once (it ended with status 1); does it belong to this version?"),
  ]

  @Test(arguments: programs) func aProgramThatIsNoWorkerIsNamed(program: String, why: String) async throws {
    let decoder = try Self.decoder(.workers(program: program))
    let message = "no worker process for decoder 'hostile' could be started from \(program): \(why)"
    await #expect(throws: Unscored(.judgeError, message)) {
      try await decoder.decode([1], limits: MediaLimits())
    }
  }
}
