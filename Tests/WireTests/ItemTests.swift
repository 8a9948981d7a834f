import JSON
import Testing
import Wire

/// Fixtures/items.jsonl: what is read of a record. Fixtures/refused.jsonl: what is said of one that cannot be read.
@Suite struct ItemTests {
  static let accepted = Fixture.lines("items.jsonl")
  static let refused = Fixture.lines("refused.jsonl")

  @Test(arguments: accepted) func reads(line: Fixture.Line) throws {
    let item = try Item(JSONReader(line.value).require("item"))
    #expect(item.json == line.value["expect"])
  }

  @Test(arguments: refused) func refuses(line: Fixture.Line) throws {
    let table = JSONReader(line.value)
    // A path of its own, as for an item in a request: every error has to start with it.
    let reader = JSONReader(try table.require("item").value, path: JSONPath()["items"][2])
    let error = try #require(throws: JSONError.self) { try Item(reader) }
    #expect(error.path == "items[2]" + (table["at"]?.value.string ?? ""))
    #expect(error.message == line.value["message"]?.string)
  }

  @Test func everyCaseHasItsOwnName() {
    for table in [Self.accepted, Self.refused] {
      #expect(table.count > 20)
      #expect(Set(table.map(\.testDescription)).count == table.count)
    }
  }

  @Test func everyFieldIsReadByACase() {
    let used = Set(Self.accepted.flatMap { $0.value["item"]?.object?.keys ?? [] })
    #expect(used == Set(Item.fields))
  }
}

/// What an item's parts amount to, whatever way they were written.
@Suite struct ContentTests {
  private static let picture = MediaReference(kind: .image, url: "a.png")
  private static let sound = MediaReference(kind: .sound, url: "b.wav")

  @Test func textAndMediaAreCollectedOverTurns() {
    let content = Content(turns: [
      Turn(role: "user", parts: [.text("one"), .media(Self.picture), .text("two")]),
      Turn(role: "assistant", parts: [.media(Self.sound), .text("three")]),
    ])
    #expect(content.text == "one\n\ntwo\n\nthree")
    #expect(content.media == [Self.picture, Self.sound])
    #expect(content.parts.count == 5)
  }

  @Test(arguments: [
    (Content(""), true), (Content(" \t\r\n\u{00A0}\u{2003}"), true), (Content(parts: []), true),
    (Content(turns: []), true), (Content(parts: [.text(" "), .text("\n")]), true), (Content("."), false),
    (Content("\u{0}"), false), (Content("\u{200B}"), false), (Content(parts: [.media(picture)]), false),
    (Content(parts: [.text(" "), .media(sound)]), false),
  ])
  func blankIsWhatHoldsNothingToJudge(content: Content, blank: Bool) {
    #expect(content.isBlank == blank)
  }
}

extension Item {
  /// As the fixtures write it: every turn a list of texts and `{"image" | "sound" | "video": URL}`.
  fileprivate var json: JSONValue {
    var object = JSONObject([("id", .string(id))])
    object["prompt"] = prompt?.json
    object["responses"] = .array(responses.map(\.json))
    object["reference"] = reference?.json
    object["group"] = group.map { .string($0) }
    return .object(object)
  }
}

extension Content {
  fileprivate var json: JSONValue {
    .array(
      turns.map { turn in
        var object = JSONObject()
        object["role"] = turn.role.map { .string($0) }
        object["parts"] = .array(
          turn.parts.map { part in
            switch part {
            case .text(let text): .string(text)
            case .media(let reference): [reference.kind.rawValue: .string(reference.url)]
            }
          })
        return .object(object)
      })
  }
}
