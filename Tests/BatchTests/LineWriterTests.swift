import Glibc
import Testing

@testable import Batch

@Suite struct LineWriterTests {
  let scratch = Scratch()

  @Test func writesLinesAndKeepsExistingFiles() throws {
    do {
      var writer = try LineWriter(path: scratch("out"), existing: .keep)
      try writer.append(Array("one".utf8))
      try writer.append(Array("two".utf8))
      try writer.finish()
    }
    #expect(scratch.read("out") == "one\ntwo\n")
    let error = try #require(throws: UsageError.self) { _ = try LineWriter(path: scratch("out"), existing: .keep) }
    #expect(
      error.description == "\(scratch("out")): exists already; name another file, or pass --overwrite to replace it")
    #expect(scratch.read("out") == "one\ntwo\n")
    _ = try LineWriter(path: scratch("out"), existing: .overwrite)
    #expect(scratch.read("out") == "")
  }

  /// The limit on file sizes makes a write come up short and then fail, as a full disk does.
  @Test func aFileThatCannotGrowEndsInAWholeLine() async throws {
    await #expect(processExitsWith: .success) {
      let scratch = Scratch()
      var limit = rlimit(rlim_cur: 100, rlim_max: 100)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      signal(SIGXFSZ, SIG_IGN)
      var writer = try LineWriter(path: scratch("out"), existing: .overwrite)
      for _ in 0..<20 { try writer.append(Array("123456789".utf8)) }
      let error = #expect(throws: FileError.self) { try writer.flush() }
      #expect(error?.code == EFBIG)
      #expect(writer.lines == 10)
      #expect(scratch.read("out") == String(repeating: "123456789\n", count: 10))

      // The limit is not a multiple of this line's length: the piece of the eleventh is cut off.
      var other = try LineWriter(path: scratch("other"), existing: .overwrite)
      for _ in 0..<20 { try other.append(Array("12345678".utf8)) }
      #expect(throws: FileError.self) { try other.flush() }
      #expect(scratch.read("other") == String(repeating: "12345678\n", count: 11))
    }
  }

  /// Two runs on one output would write over each other's lines.
  @Test func aFileHasOneWriter() throws {
    do {
      var writer = try LineWriter(path: scratch("out"), existing: .keep)
      try writer.append(Array("one".utf8))
      try writer.flush()
      let error = try #require(throws: UsageError.self) {
        _ = try LineWriter(path: scratch("out"), existing: .overwrite)
      }
      #expect(error.description.hasSuffix("out: is being written by another run; wait for it, or name another file"))
      #expect(scratch.read("out") == "one\n" && writer.lines == 1)
    }
    _ = try LineWriter(path: scratch("out"), existing: .overwrite)
    #expect(scratch.read("out") == "")
  }

  @Test func cannotOpen() throws {
    let error = try #require(throws: UsageError.self) {
      _ = try LineWriter(path: scratch("no/such/out"), existing: .keep)
    }
    #expect(error.description == "\(scratch("no/such/out")): cannot open for writing: No such file or directory")
  }
}
