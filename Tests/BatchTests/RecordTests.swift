import JSON
import Testing
import Wire

@testable import Batch

/// Records of a data set become items, or an error that says where and what to do.
@Suite struct RecordTests {
  struct Refused: Sendable, CustomTestStringConvertible {
    let line: String
    var map: [String] = []
    let message: String
    var testDescription: String { line }
  }

  static let refused: [Refused] = [
    Refused(line: "{\"id\":", message: "d.jsonl:1: column 6:"),
    Refused(line: "[1]", message: "d.jsonl:1: expected an object, found an array"),
    Refused(line: #"{"id":"a","id":"b"}"#, message: "duplicate object key"),
    Refused(line: #"{"id":NaN}"#, message: "invalid token"),
    Refused(line: "{\"id\":\"a\u{0}\"}", message: "column"),
    Refused(line: "{}", message: "d.jsonl:1: the record is empty: 'responses' is missing"),
    Refused(line: #"{"id":""}"#, message: "id: must not be empty"),
    Refused(line: #"{"id":["a"]}"#, message: "id: expected a string or a whole number, found an array"),
    Refused(
      line: #"{"id":"a","prompt":"p","respones":["x"]}"#,
      message: "'responses' is missing; did you mean 'respones'? fields here: id, prompt, respones;"),
    Refused(line: #"{"id":"a","responses":[]}"#, message: "responses: must hold at least one response"),
    Refused(line: #"{"id":"a","responses":["x",7]}"#, message: "responses[1]: expected a string, a list of parts"),
    Refused(line: #"{"id":"a","response":"x","responses":["x"]}"#, message: "stands beside 'responses'"),
    Refused(
      line: #"{"answers":["x",7]}"#, map: ["responses=answers"],
      message: "d.jsonl:1: answers[1] (mapped to 'responses'): expected a string"),
    Refused(
      line: #"{"out":{"txt":"x"}}"#, map: ["response=out.text"],
      message: "out: the mapped field 'text' is missing; did you mean 'txt'? fields there: txt"),
  ]

  @Test(arguments: refused) func refuses(_ refused: Refused) throws {
    let reader = RecordReader(mapping: try FieldMapping(refused.map), media: MediaPaths(roots: []))
    let (_, content) = reader.read(Array(refused.line.utf8), location: "d.jsonl:1")
    let unscored = try #require(throws: Unscored.self) { try content.get() }
    #expect(unscored.reason == .invalidInput)
    #expect(unscored.message.contains(refused.message), "\(unscored.message)")
  }

  @Test func refusesInvalidUTF8() throws {
    let reader = RecordReader(mapping: FieldMapping(), media: MediaPaths(roots: []))
    let (id, content) = reader.read([0x7B, 0x22, 0xFF, 0x22, 0x7D], location: "d.jsonl:4")
    #expect(id == "d.jsonl:4")
    #expect(throws: Unscored.self) { try content.get() }
  }

  struct Read: Sendable {
    let line: String
    var map: [String] = []
    let id: String
    var prompt: String?
    let responses: [String]
    var reference: String?
  }

  static let read: [Read] = [
    Read(
      line: #"{"id":"a","prompt":"p","response":"x","reference":"r"}"#, id: "a", prompt: "p", responses: ["x"],
      reference: "r"),
    Read(line: #"{"id":12,"responses":["x","y"],"source":"web","n":3}"#, id: "12", responses: ["x", "y"]),
    Read(line: #"{"response":"x"}"#, id: "d.jsonl:1", responses: ["x"]),
    Read(line: #"{"id":null,"response":"x"}"#, id: "d.jsonl:1", responses: ["x"]),
    Read(
      line: #"{"question":"q","answer":"x"}"#, map: ["prompt=question", "response=answer"], id: "d.jsonl:1",
      prompt: "q", responses: ["x"]),
    Read(
      line: #"{"chosen":"x","rejected":"y"}"#, map: ["responses=chosen,rejected"], id: "d.jsonl:1",
      responses: ["x", "y"]),
    Read(line: #"{"c":[{"m":{"text":"x"}}]}"#, map: ["response=c.0.m.text"], id: "d.jsonl:1", responses: ["x"]),
    Read(line: #"{"a.b":"x"}"#, map: ["response=a.b"], id: "d.jsonl:1", responses: ["x"]),
    Read(line: #"{"response":"old","out":["x"]}"#, map: ["responses=out"], id: "d.jsonl:1", responses: ["x"]),
    Read(
      line: #"{"messages":[{"role":"user","content":"p"}],"response":"x"}"#, id: "d.jsonl:1", prompt: "p",
      responses: ["x"]),
  ]

  @Test(arguments: read) func reads(_ expected: Read) throws {
    let reader = RecordReader(mapping: try FieldMapping(expected.map), media: MediaPaths(roots: []))
    let item = try reader.read(Array(expected.line.utf8), location: "d.jsonl:1").content.get()
    #expect(item.id == expected.id)
    #expect(item.prompt?.text == expected.prompt)
    #expect(item.responses.map(\.text) == expected.responses)
    #expect(item.reference?.text == expected.reference)
  }

  @Test(arguments: [
    ("prompt", "expected FIELD=PATH"), ("prompt=", "expected FIELD=PATH"), ("=a", "expected FIELD=PATH"),
    ("promt=a", "unknown field 'promt'; did you mean 'prompt'?"),
  ])
  func refusesMappings(argument: String, message: String) throws {
    let error = try #require(throws: UsageError.self) { try FieldMapping([argument]) }
    #expect(error.description.contains(message), "\(error)")
  }

  @Test func refusesAFieldMappedTwice() throws {
    let error = try #require(throws: UsageError.self) { try FieldMapping(["prompt=a", "prompt=b"]) }
    #expect(error.description.contains("'prompt' is mapped twice"))
  }

  static let files: [(line: String, map: [String], prompt: [Part], responses: [[Part]])] = [
    (
      #"{"clip":"c.mp4","q":"Who?","a":"A","b":"B"}"#, ["prompt=video:clip,q", "responses=a,b"],
      [.file(.video, "c.mp4"), .text("Who?")], [[.text("A")], [.text("B")]]
    ),
    (
      #"{"q":"Say it.","one":"1.wav","two":{"url":"2.wav"}}"#, ["prompt=q", "responses=sound:one,sound:two"],
      [.text("Say it.")], [[.file(.sound, "1.wav")], [.file(.sound, "2.wav")]]
    ),
    (
      #"{"q":"Draw.","takes":["1.png","2.png"]}"#, ["prompt=q", "responses=image:takes"],
      [.text("Draw.")], [[.file(.image, "1.png")], [.file(.image, "2.png")]]
    ),
    (
      #"{"q":"Draw.","takes":["1.png","2.png"]}"#, ["prompt=q", "response=image:takes"],
      [.text("Draw.")], [[.file(.image, "1.png"), .file(.image, "2.png")]]
    ),
    (
      #"{"film":"c.mp4","response":"A"}"#, ["videos=film"], [.file(.video, "c.mp4")], [[.text("A")]]
    ),
    (
      #"{"prompt":"Q","images":["i.png"],"videos":["v.mp4"],"audios":["a.wav"],"response":"A"}"#, [],
      [.text("Q"), .file(.image, "i.png"), .file(.video, "v.mp4"), .file(.sound, "a.wav")], [[.text("A")]]
    ),
  ]

  @Test(arguments: files)
  func filesOfRecordsAreContent(line: String, map: [String], prompt: [Part], responses: [[Part]]) throws {
    let reader = RecordReader(mapping: try FieldMapping(map), media: MediaPaths(roots: []))
    let item = try reader.read(Array(line.utf8), location: "d.jsonl:1").content.get()
    #expect(item.prompt?.turns.flatMap(\.parts) == prompt)
    #expect(item.responses.map { $0.turns.flatMap(\.parts) } == responses)
  }

  @Test func whatNamesNoFileIsRefused() throws {
    let reader = RecordReader(mapping: try FieldMapping(["response=video:clip"]), media: MediaPaths(roots: []))
    let read = reader.read(Array(#"{"clip":7}"#.utf8), location: "d.jsonl:1").content
    #expect(
      read
        == .failure(Unscored(.invalidInput, "d.jsonl:1: clip: expected the name of a file (video), found an integer")))
    let error = try #require(throws: UsageError.self) { try FieldMapping(["id=image:name"]) }
    #expect(error.description.contains("'id' holds no files"))
  }

  @Test func relativeMediaIsFoundBesideTheInputThenInTheRoots() {
    let scratch = Scratch()
    scratch.write("data/a.png", "x")
    scratch.write("more/b.png", "x")
    let paths = MediaPaths(roots: [scratch("data"), scratch("more")])
    func resolved(_ url: String) -> String? {
      paths.resolve(Item(id: "i", responses: [Content(parts: [.media(MediaReference(kind: .image, url: url))])]))
        .responses[0].media.first?.url
    }
    #expect(resolved("a.png") == scratch("data/a.png"))
    #expect(resolved("b.png") == scratch("more/b.png"))
    #expect(resolved("c.png") == scratch("data/c.png"))
    for untouched in ["/abs/a.png", "data:image/png;base64,AA==", "file:///a.png", "https://x/a.png"] {
      #expect(resolved(untouched) == untouched)
    }
  }
}

extension Part {
  fileprivate static func file(_ kind: MediaReference.Kind, _ url: String) -> Part {
    .media(MediaReference(kind: kind, url: url))
  }
}
