import Configuration
import Foundation
import Glibc
import Testing

@testable import Service

/// Lines on their way to a file: a reader that is gone, a disk that is full, a name that is taken away.
@Suite(.timeLimit(.minutes(10))) struct LogWriterTests {
  let scratch = EngineScratch()

  private static func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

  private func text(_ name: String) -> String { (try? String(contentsOfFile: scratch(name), encoding: .utf8)) ?? "" }

  /// Waits for what the writer's thread brings about.
  private func until(_ writer: LogWriter, _ condition: (LogWriter.Counts) -> Bool) async {
    while !condition(writer.counts), !Task.isCancelled { await Task.yield() }
  }

  private func pipe(_ name: String) -> Int32 {
    mkfifo(scratch(name), 0o600)
    return open(scratch(name), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  }

  @Test func linesOfManyAreWhole() async throws {
    scratch.write("log", "before\n")
    let writer = try LogWriter(LogFile(path: scratch("log")), maxQueuedBytes: 1 << 20)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for number in 0..<500 { writer.add(Self.line("\(task) \(number) \(String(repeating: "x", count: task))")) }
        }
      }
    }
    #expect(writer.close(milliseconds: 60_000))
    #expect(writer.counts == LogWriter.Counts(written: 4000, dropped: 0, errors: 0))
    let lines = text("log").split(separator: "\n").map(String.init)
    #expect(lines.count == 4001 && lines[0] == "before")
    for task in 0..<8 {
      let own = lines.filter { $0.hasPrefix("\(task) ") }
      #expect(own == (0..<500).map { "\(task) \($0) \(String(repeating: "x", count: task))" })
    }
    // Nothing comes after the end.
    writer.add(Self.line("late"))
    #expect(writer.counts.dropped == 1 && !text("log").contains("late"))
  }

  @Test func aRenamedFileIsLeftAlone() async throws {
    let writer = try LogWriter(LogFile(path: scratch("log")), maxQueuedBytes: 1 << 20)
    writer.add(Self.line("one"))
    await until(writer) { $0.written == 1 }
    rename(scratch("log"), scratch("log.1"))
    writer.add(Self.line("two"))
    await until(writer) { $0.written == 2 }
    writer.reopen()
    writer.add(Self.line("three"))
    #expect(writer.close(milliseconds: 60_000))
    #expect(text("log.1") == "one\ntwo\n" && text("log") == "three\n")
  }

  @Test func whatCannotBeOpenedAgainLeavesTheOld() async throws {
    let writer = try LogWriter(LogFile(path: scratch("log")), maxQueuedBytes: 1 << 20)
    rename(scratch("log"), scratch("old"))
    mkdir(scratch("log"), 0o755)
    writer.reopen()
    await until(writer) { $0.errors == 1 }
    writer.add(Self.line("one"))
    #expect(writer.close(milliseconds: 60_000))
    #expect(text("old") == "one\n" && writer.counts == LogWriter.Counts(written: 1, dropped: 0, errors: 1))
  }

  @Test func aFullDiskDropsAndCounts() async throws {
    let writer = try LogWriter(LogFile(path: "/dev/full"), maxQueuedBytes: 1 << 20)
    for number in 1...3 {
      writer.add(Self.line("\(number)"))
      await until(writer) { $0.dropped == number }
    }
    #expect(writer.counts.written == 0 && writer.counts.errors == 3)
    #expect(writer.close(milliseconds: 60_000))
  }

  @Test func aReaderThatIsGoneDropsAndCounts() async throws {
    let reader = pipe("pipe")
    let writer = try LogWriter(LogFile(path: scratch("pipe")), maxQueuedBytes: 1 << 20)
    close(reader)
    writer.add(Self.line("one"))
    await until(writer) { $0.dropped == 1 }
    let other = open(scratch("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(other) }
    writer.add(Self.line("two"))
    #expect(writer.close(milliseconds: 60_000))
    var block = [UInt8](repeating: 0, count: 100)
    let count = read(other, &block, block.count)
    #expect(String(decoding: block.prefix(max(0, count)), as: UTF8.self) == "two\n")
  }

  @Test func aReaderThatDoesNotReadHoldsNobodyUp() async throws {
    let reader = pipe("pipe")
    let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ, which Swift is not shown
    let size = fcntl(reader, setPipeSize, 4096)
    let writer = try LogWriter(LogFile(path: scratch("pipe")), maxQueuedBytes: 8192)
    writer.add(Self.line(String(repeating: "x", count: 8191)))
    #expect(size > 0 && size < 8192)
    // The pipe is full, and the thread waits in the middle of the line.
    var waiting: Int32 = 0
    while waiting < size, !Task.isCancelled {
      _ = ioctl(reader, UInt(FIONREAD), &waiting)
      await Task.yield()
    }
    for _ in 0..<10 { writer.add(Self.line(String(repeating: "y", count: 1023))) }
    #expect(writer.counts == LogWriter.Counts(written: 0, dropped: 2, errors: 0))
    #expect(!writer.close(milliseconds: 1))
    // With nobody left to read, the thread ends.
    close(reader)
    await until(writer) { $0.dropped == 11 }
    #expect(writer.counts.written == 0 && writer.counts.errors == 2)
  }

  /// What follows half of a line is not taken for its rest.
  @Test func halfALineStandsByItself() async throws {
    // The writer's own thread has it blocked.
    signal(SIGPIPE, SIG_IGN)
    let reader = pipe("pipe")
    let file = try LogFile(path: scratch("pipe"))
    let long = Self.line(String(repeating: "x", count: 300_000))
    let writing = Task.detached {
      var file = file
      let left = file.write(long)
      return (file, left)
    }
    var block = [UInt8](repeating: 0, count: 4096)
    while read(reader, &block, block.count) <= 0, !Task.isCancelled { await Task.yield() }
    close(reader)
    var (torn, left) = await writing.value
    #expect(left > 0 && left < long.count)
    let other = open(scratch("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(other) }
    // What the pipe still holds of the line.
    while read(other, &block, block.count) > 0 {}
    #expect(torn.write(Self.line("next")) == 0 && torn.write(Self.line("last")) == 0)
    let count = read(other, &block, block.count)
    #expect(Array(block.prefix(max(0, count))) == Array("\nnext\nlast\n".utf8))
    torn.close()
  }

  @Test func whatCannotBeWrittenToIsSaid() throws {
    mkfifo(scratch("pipe"), 0o600)
    mkdir(scratch("folder"), 0o755)
    for (name, why) in [
      ("folder", "Is a directory"), ("nowhere/log", "No such file or directory"),
      ("pipe", "it is a pipe that nobody reads"),
    ] {
      let problem = #expect(throws: LogFile.Problem.self) { try LogFile(path: scratch(name)) }
      #expect(problem?.description == "\(scratch(name)): cannot be written to: \(why)")
    }
    var settings = RequestLogSettings()
    #expect(try RequestLog.open(settings) == nil)
    settings.target = .file(scratch("folder"))
    #expect(throws: LogFile.Problem.self) { try RequestLog.open(settings) }
  }

  @Test func othersCannotReadIt() throws {
    let file = try LogFile(path: scratch("log"))
    defer { file.close() }
    var status = stat()
    #expect(stat(scratch("log"), &status) == 0 && status.st_mode & 0o007 == 0)
  }
}
