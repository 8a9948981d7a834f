import Documents
import Testing

@testable import Rubrics

@Suite struct LibraryTests {
  static let json = (try? Tree.text(Tree.rubrics + "/styles/json.yaml")) ?? ""
  static let files = [
    "one/alpha/rubric.yaml": "description: The first?",
    "one/beta.yaml": "description: B?\nstyle: json",
    "one/gamma.json": #"{"description": "G?", "style": "json"}"#,
    "one/wrong/rubric.yml": "name: other\ndescription: x\nstyle: json",
    "one/broken.yaml": "descripton: x",
    "one/README.md": "# no rubric",
    "one/empty/notes.txt": "no rubric",
    "one/.hidden.yaml": "description: x",
    "one/styles/json.yaml": json,
    "two/alpha.yaml": "description: The second?\nstyle: json",
    "two/delta/rubric.yaml": "description: D?\nstyle: ../own-style.yaml",
    "two/own-style.yaml": json.replacing("name: json", with: "name: own"),
    "more-styles/flex-judge.yml": json.replacing("name: json", with: "name: flex-judge"),
    "more-styles/misnamed.yaml": json,
  ]

  private func with(_ body: (String, RubricLibrary) throws -> Void) throws {
    try Tree.withFolder(Self.files) { folder in
      try body(
        folder,
        RubricLibrary(
          folders: ["\(folder)/one", "\(folder)/two", "\(folder)/absent"], styleFolders: ["\(folder)/more-styles"]))
    }
  }

  private func expect(_ message: String, _ body: () throws -> Void) throws {
    let errors = try #require(throws: DocumentErrors.self) { try body() }
    #expect(errors.description == message)
  }

  @Test func namesAreFoundInTheOrderOfTheFolders() throws {
    try with { (folder, library) throws in
      let alpha = try library.rubric("alpha"), delta = try library.rubric("delta")
      #expect(alpha.description == "The first?")
      #expect(alpha.name == "alpha")
      #expect(alpha.style?.name == "flex-judge")
      #expect(delta.style?.name == "own")
      #expect(try library.rubric("beta").name == "beta")
      #expect(try library.rubric("gamma").file == "\(folder)/one/gamma.json")
    }
  }

  @Test func theListHasEveryNameOnceAndBrokenOnesToo() throws {
    try with { _, library in
      // own-style.yaml lies among the rubrics and is none.
      let names = ["alpha", "beta", "broken", "delta", "gamma", "own-style", "wrong"]
      #expect(library.list().map(\.name) == names)
      #expect(library.rubricNames() == names)
      let broken = library.list().filter { if case .failure = $0.rubric { true } else { false } }
      #expect(broken.map(\.name) == ["broken", "own-style", "wrong"])
      #expect(library.styleNames() == ["flex-judge", "json", "misnamed"])
    }
  }

  @Test func pathsOfFilesAndFolders() throws {
    try with { (folder, library) throws in
      #expect(try library.rubric("\(folder)/two/alpha.yaml").description == "The second?")
      #expect(try library.rubric("\(folder)/one/alpha").name == "alpha")
      #expect(try library.rubric("\(folder)/one/alpha/").name == "alpha")
      #expect(try library.rubric("\(folder)/one/wrong").name == "other")
    }
  }

  @Test func whatIsNotThereIsNamed() throws {
    try with { (folder, library) throws in
      let names = "alpha, beta, broken, delta, gamma, own-style, wrong"
      let fields = Rubric.fields.joined(separator: ", ")
      let messages = [
        "alhpa":
          "alhpa: unknown rubric 'alhpa'; did you mean 'alpha'? accepted: \(names); or give the path of a rubric file",
        "": ": unknown rubric ''; accepted: \(names); or give the path of a rubric file",
        "\(folder)/one/empty": "\(folder)/one/empty/rubric.yaml: cannot be read: No such file or directory",
        "\(folder)/nowhere.yaml": "\(folder)/nowhere.yaml: cannot be read: No such file or directory",
        "wrong":
          "\(folder)/one/wrong/rubric.yml:1:1: name: 'other' stands where 'wrong' is looked for; give both the same name",
        "broken": """
        \(folder)/one/broken.yaml:1:1: descripton: unknown field 'descripton'; did you mean 'description'? accepted: \(fields)
        \(folder)/one/broken.yaml:1:1: needs a 'description' or 'criteria'; a judge must know what is judged
        """,
        "./a\u{0}": "./a\u{0}: a file name cannot hold a NUL character",
      ]
      for (name, message) in messages { try expect(message) { _ = try library.rubric(name) } }
    }
  }

  @Test func stylesByNameVersionAndPath() throws {
    try with { (folder, library) throws in
      #expect(try library.style("json@1").name == "json")
      #expect(try library.style("\(folder)/two/own-style.yaml").name == "own")
      let messages = [
        "jsn": "jsn: unknown style 'jsn'; did you mean 'json'? accepted: flex-judge, json, misnamed",
        "json@2": "\(folder)/one/styles/json.yaml:3:1: version: is 1, and version '2' was asked for; accepted: json@1",
        "misnamed":
          "\(folder)/more-styles/misnamed.yaml:2:1: name: 'json' stands where 'misnamed' is looked for; give both the same name",
      ]
      for (name, message) in messages { try expect(message) { _ = try library.style(name) } }
    }
  }

  @Test func aStyleCanHoldLessThanItsPattern() throws {
    let files = [
      "terse.yaml": Self.json.replacing("name: json", with: "name: terse\nanswers_per_response: one"),
      "r.yaml": "style: terse.yaml\ncriteria: [{name: a, ask: x?}, {name: b, ask: y?}]",
    ]
    try Tree.withFolder(files) { folder in
      try expect(
        "\(folder)/r.yaml:1:1: style: the style 'terse@1' holds one answer a reply and there are 2 questions; write 'calls: per-criterion'"
      ) { _ = try RubricLibrary(folders: []).rubric("\(folder)/r.yaml") }
    }
  }

  @Test func noFoldersNoRubrics() throws {
    let library = RubricLibrary(folders: [])
    #expect(library.list().isEmpty)
    try expect("x: unknown rubric 'x'; there are none; or give the path of a rubric file") {
      _ = try library.rubric("x")
    }
  }
}
