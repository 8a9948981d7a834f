import Glibc
import Testing
import Wire

@testable import Batch

/// Inputs are read record by record; whatever is wrong with one leaves the others alone.
@Suite struct SourceTests {
  let scratch = Scratch()

  func records(_ paths: String..., change: (inout SourceOptions) -> Void = { _ in }) throws -> [BatchRecord] {
    var options = SourceOptions()
    change(&options)
    var source = BatchSource(try paths.map { try BatchInput($0) }, options: options)
    var records: [BatchRecord] = []
    while let record = source.next() { records.append(record) }
    return records
  }

  func message(_ record: BatchRecord?) -> String {
    guard case .failure(let unscored)? = record?.content else { return "" }
    return unscored.message
  }

  @Test func badLinesLeaveTheOthersAlone() throws {
    let long = String(repeating: "x", count: 5000)
    let path = scratch.write(
      "d.jsonl",
      "\u{FEFF}{\"id\":\"a\",\"response\":\"1\"}\r\n\n  \n{\"id\":\"b\",\"response\":\"\(long)\"}\n{oops\n"
        + "{\"id\":\"a\",\"response\":\"2\"}\n{\"id\":\"c\",\"response\":\"3\"}")
    let records = try records(path) { $0.maxLineBytes = 4096 }
    #expect(records.map(\.id) == ["a", "\(path):4", "\(path):5", "\(path):6", "c"])
    #expect(message(records[1]).contains("5024 bytes, more than max_line_bytes (4096)"), "\(message(records[1]))")
    #expect(message(records[2]).contains("column"))
    #expect(
      message(records[3]) == "\(path):6: duplicate id 'a', used first in \(path):1; ids must be unique in one run")
    #expect(records.last?.progress == scratch.read("d.jsonl").utf8.count)
  }

  @Test func duplicatesAreFoundAcrossInputs() throws {
    let first = scratch.write("1.jsonl", "{\"id\":\"a\",\"response\":\"1\"}\n")
    let second = scratch.write("2.jsonl", "{\"id\":\"a\",\"response\":\"1\"}\n")
    #expect(message(try records(first, second).last).contains("used first in \(first):1"))
  }

  @Test func linesLongerThanAChunkAreWhole() throws {
    let text = String(repeating: "0123456789", count: 100_000)
    let path = scratch.write("d.jsonl", "{\"response\":\"\(text)\"}\n{\"response\":\"b\"}\n")
    #expect(try records(path).map { try $0.content.get().responses[0].text } == [text, "b"])
  }

  @Test func limitStopsEarly() throws {
    let path = scratch.write("d.jsonl", "{\"response\":\"a\"}\n{\"response\":\"b\"}\n{\"response\":\"c\"}\n")
    #expect(try records(path) { $0.limit = 2 }.count == 2)
    #expect(try records(path) { ($0.skip, $0.limit) = (1, 1) }.map(\.id) == [records(path)[1].id])
    #expect(try records(path) { $0.skip = 1_000_000 }.isEmpty)
  }

  @Test func aFolderIsOneSubmissionPerFileInOrder() throws {
    scratch.write("in/b.md", "# Title")
    scratch.write("in/a/z.swift", "let x = 1")
    scratch.write("in/a.txt", "")
    scratch.write("in/.hidden", "x")
    scratch.write("in/.git/config", "x")
    scratch.write("in/c.bin", [0x00, 0x01])
    scratch.write("in/d.bin", [0xC3, 0x28])
    scratch.write("in/picture", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13])
    scratch.write("in/q.PNG", "not really")
    var source = BatchSource([try BatchInput(scratch("in/"))], options: SourceOptions())
    var all: [BatchRecord] = []
    while let record = source.next() { all.append(record) }
    let inside = all.map { String($0.id.dropFirst(scratch("in/").count)) }
    #expect(inside == ["a/z.swift", "a.txt", "b.md", "c.bin", "d.bin", "picture", "q.PNG"])
    #expect(try all[0].content.get().responses[0].text == "let x = 1")
    #expect(message(all[3]).hasSuffix("c.bin: neither UTF-8 text, nor a picture, a video or a sound"))
    #expect(message(all[4]).hasSuffix("d.bin: neither UTF-8 text, nor a picture, a video or a sound"))
    #expect(try all[5].content.get().responses[0].media.map(\.url) == [scratch("in/picture")])
    #expect(try all[6].content.get().responses[0].media.count == 1)
    #expect(source.notes == ["\(scratch("in/")): 2 files or folders whose name starts with a dot are left out"])
  }

  /// The bytes say what a file is, and its ending where they do not.
  @Test(
    arguments: [
      ("a.mp4", Array("\0\0\0\u{18}ftypisom\0\0\0\0".utf8), MediaReference.Kind.video),
      ("b.m4a", Array("\0\0\0\u{18}ftypM4A \0\0\0\0".utf8), .sound),
      ("c", Array("RIFF\0\0\0\0WAVEfmt ".utf8), .sound), ("d.mov", [], .video),
      ("e.mp3", [0xFF, 0xFB, 0x90, 0], .sound),
      ("f.txt", [0xFF, 0xD8, 0xFF, 0xE0], .image),
      ("g.mp3", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], .image),
      ("h.ogv", Array("OggS\0\u{2}".utf8), .video), ("i.ogg", Array("OggS\0\u{2}".utf8), .sound),
      ("j.txt", Array("BMW is a maker of cars.".utf8), nil), ("k.ts", Array("let x: number = 1".utf8), nil),
      ("l.txt", Array("RIFF raff".utf8), nil),
    ] as [(String, [UInt8], MediaReference.Kind?)])
  func aSubmissionIsWhatItsBytesAre(name: String, bytes: [UInt8], kind: MediaReference.Kind?) throws {
    let records = try records(scratch.write(name, bytes))
    let response = try records[0].content.get().responses[0]
    #expect(response.media.map(\.kind) == (kind.map { [$0] } ?? []))
  }

  @Test func linksOutOfAFolderAreRefused() throws {
    scratch.write("secret.txt", "s")
    scratch.write("in/a.txt", "a")
    for (target, name) in [("../secret.txt", "out"), ("a.txt", "inside"), ("nowhere", "dangling"), (".", "loop")] {
      symlink(target, scratch("in/\(name)"))
    }
    mkfifo(scratch("in/pipe"), 0o600)
    let records = try records(scratch("in"))
    let messages = Dictionary(
      uniqueKeysWithValues: records.map { (String($0.id.split(separator: "/").last!), message($0)) })
    #expect(messages["a.txt"] == "")
    #expect(messages["inside"] == "")
    #expect(messages["out"]?.contains("is a symbolic link out of the folder") == true)
    #expect(messages["dangling"]?.contains("leads nowhere") == true)
    #expect(messages["loop"]?.contains("not a file") == true)
    #expect(messages["pipe"]?.contains("is a pipe, not a file") == true)
  }

  @Test func aSubmissionCarriesThePromptAndTheReference() throws {
    let path = scratch.write("answer.txt", "42")
    let item = try #require(try records(path) { ($0.prompt, $0.reference) = ("What?", "42") }.first).content.get()
    #expect(item.prompt?.text == "What?")
    #expect(item.reference?.text == "42")
  }

  @Test func aTextOverTheLimitIsRefused() throws {
    let path = scratch.write("answer.txt", "12345")
    #expect(message(try records(path) { $0.maxTextBytes = 4 }.first).contains("more than max_text_bytes (4)"))
    #expect(message(try records(path) { $0.maxTextBytes = 5 }.first) == "")
  }

  @Test func aFileThatVanishesIsOneFailedRecord() throws {
    let gone = scratch.write("gone.jsonl", "{\"response\":\"a\"}")
    let kept = scratch.write("kept.jsonl", "{\"id\":\"k\",\"response\":\"a\"}")
    let inputs = [try BatchInput(gone), try BatchInput(kept)]
    unlink(gone)
    var source = BatchSource(inputs, options: SourceOptions())
    #expect(message(source.next()) == "\(gone): cannot open: No such file or directory")
    #expect(source.next()?.id == "k")
    #expect(source.next() == nil)
  }

  @Test func whatCannotBeAnInputIsRefusedAtOnce() throws {
    #expect(throws: UsageError("\(scratch("x")): No such file or directory")) { try BatchInput(scratch("x")) }
    let device = try #require(throws: UsageError.self) { try BatchInput("/dev/null") }
    #expect(device.description.contains("is a device"))
  }
}
